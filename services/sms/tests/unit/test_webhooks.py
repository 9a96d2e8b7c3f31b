import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.sms.tests.carrier_calls import BASE, TOKEN, an_inbound, calling, signed
from twilio.request_validator import RequestValidator

from clientcomm_sms.adapters.webhooks.requests import StoredRequest

MESSAGE = "/webhooks/twilio/message"
STATUS = "/webhooks/twilio/status/" + "ab" * 16


class Memory:
    """A store that remembers, or fails, or is slow."""

    def __init__(self) -> None:
        self.stored: list[StoredRequest] = []
        self.fault: Exception | None = None
        self.groups: list[int] = []

    async def __call__(self, requests: Sequence[StoredRequest]) -> None:
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        self.groups.append(len(requests))
        self.stored += requests


async def test_a_text_is_durable_and_answered_with_nothing_to_say(tmp_path: Path) -> None:
    memory = Memory()
    async with calling(memory, tmp_path) as carrier:
        answer = await carrier.text("SM7", "hello")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert ET.fromstring(answer.text).tag == "Response"
    assert [request.key for request in memory.stored] == ["SM7"]


async def test_a_status_is_durable_and_answered_without_content(tmp_path: Path) -> None:
    memory = Memory()
    async with calling(memory, tmp_path) as carrier:
        answer = await carrier.status("ab" * 16, "SM1", "delivered")

    assert answer.status_code == 204
    assert memory.stored[0].token is not None
    assert memory.stored[0].token.hex == "ab" * 16


@pytest.mark.parametrize("path", [MESSAGE, STATUS, "/webhooks/twilio/voice", "/webhooks/twilio/x"])
async def test_what_the_carrier_did_not_sign_is_forbidden(tmp_path: Path, path: str) -> None:
    memory = Memory()
    async with calling(memory, tmp_path) as carrier:
        unsigned = await carrier.http.post(path, data=an_inbound())
        wrong = await carrier.http.post(
            path, data=an_inbound(), headers={"X-Twilio-Signature": "abc"}
        )
        elsewhere = await carrier.http.post(
            path, data=an_inbound(), headers=signed("/webhooks/twilio/other", an_inbound())
        )

    assert [a.status_code for a in (unsigned, wrong, elsewhere)] == [403, 403, 403]
    assert memory.stored == []


async def test_get_is_not_accepted_even_when_signed(tmp_path: Path) -> None:
    """A redirected POST becomes a GET and loses its fields (research §1.4)."""
    async with calling(Memory(), tmp_path) as carrier:
        answer = await carrier.http.get(MESSAGE, headers=signed(MESSAGE, {}))

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


async def test_a_request_over_the_limit_is_refused(tmp_path: Path) -> None:
    memory = Memory()
    fields = an_inbound(body="x" * 70_000)
    async with calling(memory, tmp_path) as carrier:
        announced = await carrier.text(body="x" * 70_000)

        async def in_pieces() -> AsyncIterator[bytes]:
            for _ in range(70):
                yield b"x" * 1024

        unannounced = await carrier.http.post(
            MESSAGE, content=in_pieces(), headers=signed(MESSAGE, fields)
        )

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert memory.stored == []


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
async def test_a_signed_request_without_what_it_must_have_is_a_400(
    tmp_path: Path, missing: str
) -> None:
    fields = {name: value for name, value in an_inbound().items() if name != missing}
    async with calling(Memory(), tmp_path) as carrier:
        answer = await carrier.post(MESSAGE, fields)

    assert answer.status_code == 400


async def test_unknown_fields_are_accepted(tmp_path: Path) -> None:
    async with calling(Memory(), tmp_path) as carrier:
        answer = await carrier.text(NewField="added without notice", Blank="")

    assert answer.status_code == 200


async def test_json_is_accepted_with_its_hash_in_the_url(tmp_path: Path) -> None:
    memory = Memory()
    body = '{"MessageSid": "SM9", "From": "+15125550101", "To": "+15005550006", "Body": "hi"}'
    query = f"bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(f"{BASE}{MESSAGE}?{query}", {})
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    async with calling(memory, tmp_path) as carrier:
        good = await carrier.http.post(f"{MESSAGE}?{query}", content=body, headers=headers)
        changed = await carrier.http.post(f"{MESSAGE}?{query}", content=body + " ", headers=headers)
        without = await carrier.http.post(MESSAGE, content=body, headers=headers)

    assert [a.status_code for a in (good, changed, without)] == [200, 403, 403]
    assert [request.key for request in memory.stored] == ["SM9"]


async def test_requests_at_the_same_time_share_a_commit(tmp_path: Path) -> None:
    memory = Memory()
    async with calling(memory, tmp_path) as carrier:
        await asyncio.gather(*(carrier.text(f"SM{n}") for n in range(50)))

    assert sum(memory.groups) == 50
    assert len(memory.groups) < 25


async def test_with_the_database_away_the_request_is_on_disk_before_the_answer(
    tmp_path: Path,
) -> None:
    memory = Memory()
    memory.fault = ConnectionError()
    async with calling(memory, tmp_path) as carrier:
        answer = await carrier.text("SM1", "kept ✓ and ñ")
        again = await carrier.text("SM1", "kept ✓ and ñ")
        memory.fault = None
        drained = await carrier.spool.drain(memory)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert drained == 2
    assert {request.key for request in memory.stored} == {"SM1"}
    assert b"%E2%9C%93" in memory.stored[0].raw


async def test_without_database_and_disk_the_carrier_is_asked_to_come_again(
    tmp_path: Path,
) -> None:
    memory = Memory()
    memory.fault = ConnectionError()
    async with calling(memory, tmp_path) as carrier:
        carrier.spool._folder = tmp_path / "gone"
        assert not carrier.spool.is_writable()
        answer = await carrier.text()

    assert answer.status_code == 503


async def test_a_call_rings_the_desk_else_the_fallback_else_hears_a_sentence(
    tmp_path: Path,
) -> None:
    memory = Memory()
    found: list[tuple[str | None, str | None]] = [
        ("+15125550110", "+15125550199"),
        (None, "+15125550199"),
        (None, None),
    ]

    async def phones(_to: str, _caller: str) -> tuple[str | None, str | None]:
        return found.pop(0)

    async with calling(memory, tmp_path, phones=phones) as carrier:
        answers = [ET.fromstring((await carrier.call(f"CA{n}")).text) for n in range(3)]

    assert [answer.findtext("Dial/Number") for answer in answers] == [
        "+15125550110",
        "+15125550199",
        None,
    ]
    assert "text messages only" in (answers[2].findtext("Say") or "")


async def test_a_call_hears_the_sentence_when_the_directory_does_not_answer(
    tmp_path: Path,
) -> None:
    async def phones(_to: str, _caller: str) -> tuple[str | None, str | None]:
        raise ConnectionError

    async with calling(Memory(), tmp_path, phones=phones) as carrier:
        answer = await carrier.call()

    assert answer.status_code == 200
    assert "<Say>" in answer.text


_odd = st.text(max_size=60)
_headers = st.fixed_dictionaries(
    {},
    optional={
        "X-Twilio-Signature": st.text(st.characters(codec="latin-1", categories=["L", "N"])),
        "Content-Type": st.sampled_from(
            ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"]
        ),
        "X-Twilio-Webhooks-Signature-Settings": st.sampled_from(["algorithm=", "a,b=c", ",,,="]),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from([MESSAGE, STATUS, "/webhooks/twilio/voice", "/webhooks/twilio/status/x"]),
    body=st.binary(max_size=300),
    headers=_headers,
    query=st.sampled_from(["", "bodySHA256=", "bodySHA256=abc", "%ff=1"]),
    method=st.sampled_from(["POST", "PUT", "GET", "DELETE"]),
)
def test_no_unsigned_request_is_ever_a_server_error(
    tmp_path: Path, path: str, body: bytes, headers: dict[str, str], query: str, method: str
) -> None:
    async def send() -> int:
        async with calling(Memory(), tmp_path) as carrier:
            raw = {k.encode(): v.encode("latin-1") for k, v in headers.items()}
            answer = await carrier.http.request(
                method, f"{path}?{query}", content=body, headers=raw
            )
            return answer.status_code

    assert asyncio.run(send()) in {403, 405}


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["MessageSid", "From", "To", "Body", "X"]), _odd))
def test_no_signed_form_is_ever_a_server_error(tmp_path: Path, fields: dict[str, str]) -> None:
    clean = {k: v.encode("utf-8", "ignore").decode() for k, v in fields.items()}

    async def send() -> int:
        async with calling(Memory(), tmp_path) as carrier:
            return (await carrier.post(MESSAGE, clean)).status_code

    assert asyncio.run(send()) in {200, 400}
