from pathlib import Path

import pytest
from services.sms.tests.running import settings_of
from services.sms.tests.unit.test_carrier_calls import Server, a_message, an_attempt, as_json
from services.sms.tests.unit.test_carrier_calls import serving as carrier_at

from clientcomm_sms.domain.carrier import Accepted
from clientcomm_sms.wiring import components
from clientcomm_sms.wiring.foundation import carrier_of


def test_the_status_callback_asks_for_retries_and_carries_the_token(tmp_path: Path) -> None:
    """Without the fragment the carrier tries once and drops what a 5xx met (research §0.4)."""
    server = Server()
    server.answers = [(201, as_json(a_message()))]
    attempt = an_attempt()
    with carrier_at(server) as url:
        settings = settings_of(
            database_url="postgresql://x", amqp_url="amqp://x", simulator_url=url,
            sms_port=8001, folder=tmp_path,
        )  # fmt: skip
        carrier = carrier_of(settings)
        outcome = carrier.submit(attempt)
        carrier.close()

    assert isinstance(outcome, Accepted)
    (callback,) = server.requests[0][2]["StatusCallback"]
    assert callback == (
        f"http://127.0.0.1:8001/webhooks/twilio/status/{attempt.token.hex}#rc=5&rp=all"
    )


@pytest.mark.parametrize(
    ("role", "has", "has_not"),
    [
        ("webhooks", {"http", "intake", "spool", "processing"}, {"sender", "gate"}),
        ("sender", {"sender", "gate", "ask", "lists"}, {"http", "spool"}),
        ("serve", {"http", "sender", "relay"}, set()),
    ],
)
async def test_each_role_has_its_parts(
    role: str, has: set[str], has_not: set[str], tmp_path: Path
) -> None:
    settings = settings_of(
        database_url="postgresql://localhost/x", amqp_url="amqp://localhost",
        simulator_url="http://127.0.0.1:1", sms_port=8001, folder=tmp_path,
    )  # fmt: skip

    names = {part.name for part in components(settings, role=role)}

    assert has <= names
    assert not has_not & names
    assert {"relay", "database"} <= names
