"""Every webhook, fuzzed from the description of this port: whatever comes, no fault of ours."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from services.sms.tests.carrier_calls import calling, signed

from clientcomm_chassis import serve_http
from clientcomm_sms.adapters.webhooks.description import DOCUMENT
from clientcomm_sms.adapters.webhooks.requests import StoredRequest

pytestmark = pytest.mark.timeout(120)

EXAMPLES = 40
HELD = ("not_a_server_error", "status_code_conformance", "content_type_conformance")


async def test_no_webhook_ends_in_a_fault_of_ours(tmp_path: Path) -> None:
    stored: list[StoredRequest] = []

    async def keep(requests: Sequence[StoredRequest]) -> None:
        stored.extend(requests)

    async with calling(keep, tmp_path) as carrier:
        server = serve_http(carrier.app, host="127.0.0.1", port=0)
        await server.start()
        try:
            await asyncio.to_thread(_fuzz, f"http://127.0.0.1:{server.port}")
        finally:
            await server.stop()

    assert stored, "nothing that the carrier signed was taken"


def _fuzz(url: str) -> None:
    schema = schemathesis.openapi.from_dict(dict(DOCUMENT))
    checks = [CHECKS.get_one(name) for name in HELD]
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=found.ok().as_strategy(), is_signed=st.booleans())
        def call(case: Any, is_signed: bool) -> None:
            headers = _signature(case) if is_signed and isinstance(case.body, dict) else {}
            case.call_and_validate(base_url=url, headers=headers, checks=checks, timeout=30)

        call()


def _signature(case: Any) -> Mapping[str, str]:
    """As the carrier signs what it sends; a generated one never holds."""
    fields = {name: value for name, value in case.body.items() if isinstance(value, str)}
    header = "X-Twilio-Signature"
    return {header: signed(case.formatted_path, fields)[header]}
