"""Every call of the API, fuzzed from its own description: whatever comes, no 5xx."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import Scene, a_scene

from clientcomm_chassis import serve_http

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]

EXAMPLES = 25
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


async def test_no_call_ends_in_a_fault_of_ours(house: House) -> None:
    scene = await a_scene(house)
    token = await house.token_of(scene.manager)
    server = serve_http(house.app, host="127.0.0.1", port=0)
    await server.start()

    url = f"http://127.0.0.1:{server.port}/api/v1"

    try:
        await asyncio.to_thread(_fuzz, house.gateway.api.openapi(), url, token, scene)
    finally:
        await server.stop()


def _fuzz(description: dict[str, Any], url: str, token: str, scene: Scene) -> None:
    schema = schemathesis.openapi.from_dict(description)
    checks = [CHECKS.get_one(name) for name in HELD]
    headers = {"Authorization": f"Bearer {token}"}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_real=_coin())
        def call(case: Any, is_real: bool) -> None:
            if is_real:  # ids that exist reach what lies behind "not found"
                known = {name: scene.ids[name] for name in case.path_parameters or {}}
                case.path_parameters = known
            case.call_and_validate(base_url=url, headers=headers, checks=checks, timeout=30)

        call()


def _coin() -> Any:

    return strategies.booleans()
