"""Every call of the API, fuzzed from its own description: whatever comes, no 5xx."""

import asyncio
from dataclasses import dataclass
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
OF_ADMINISTRATORS = ("/staff", "/departments", "/quarantine")
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


async def test_no_call_ends_in_a_fault_of_ours(house: House) -> None:
    scene = await a_scene(house)
    tokens = Tokens(
        manager=await house.token_of(scene.manager),
        administrator=await house.token_of(scene.administrator),
    )
    server = serve_http(house.app, host="127.0.0.1", port=0)
    await server.start()

    url = f"http://127.0.0.1:{server.port}/api/v1"

    try:
        await asyncio.to_thread(_fuzz, house.gateway.api.openapi(), url, tokens, scene)
    finally:
        await server.stop()


@dataclass(frozen=True)
class Tokens:
    """Who calls: departments, staff and quarantine are an administrator's."""

    manager: str
    administrator: str

    def headers(self, path: str) -> dict[str, str]:
        token = self.administrator if path.startswith(OF_ADMINISTRATORS) else self.manager
        return {"Authorization": f"Bearer {token}"}


def _fuzz(description: dict[str, Any], url: str, tokens: Tokens, scene: Scene) -> None:
    schema = schemathesis.openapi.from_dict(description)
    checks = [CHECKS.get_one(name) for name in HELD]
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
                case.body = _with_real_ids(case.body, scene)
            headers = tokens.headers(case.operation.path)
            case.call_and_validate(base_url=url, headers=headers, checks=checks, timeout=30)

        call()


def _with_real_ids(body: Any, scene: Scene) -> Any:
    """The same with ids that exist wherever an id belongs, so that use cases are reached."""
    if not isinstance(body, dict):
        return body
    real: dict[str, Any] = {name: scene.ids[name] for name in body if name in scene.ids}
    if "conversation_ids" in body:
        real["conversation_ids"] = [scene.ids["conversation_id"]]
    for name, staff in (("staff_id", scene.stranger), ("covered_by", scene.stranger)):
        if name in body:
            real[name] = str(staff.id)
    return {**body, **real}


def _coin() -> Any:
    return strategies.booleans()
