import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import filetype
import pytest
from prometheus_client import REGISTRY
from services.sms.tests.carrier_calls import Carrier, an_inbound, calling
from services.sms.tests.factories import CLIENT, DEPARTMENT, NOON, OURS, a_text
from services.sms.tests.harness import Sms, a_received
from sqlalchemy import text as sql

from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    DatedNumber,
    StaffChangedV1,
)
from clientcomm_contracts.values import ConversationState
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.adapters.inbound_tables import InboundTables
from clientcomm_sms.adapters.object_store import DirectoryStore
from clientcomm_sms.adapters.webhooks import app, intake
from clientcomm_sms.adapters.webhooks.processing import ProcessRequests
from clientcomm_sms.adapters.webhooks.storing import StoreRequests
from clientcomm_sms.adapters.webhooks.watching import WatchRequests
from clientcomm_sms.application.fetch_media import FetchMedia, NotFetched
from clientcomm_sms.application.receive_call import ReceiveCalls
from clientcomm_sms.application.receive_texts import ReceiveTexts
from clientcomm_sms.domain.inbound import Media, Received
from clientcomm_sms.domain.receipts import Receipt

pytestmark = pytest.mark.integration

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
async def carrier(
    sms: Sms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Carrier]:
    """Webhooks that wait for the database as long as it takes."""
    monkeypatch.setattr(intake, "_STORE_WITHIN", 60.0)
    monkeypatch.setattr(app, "_LOOK_UP_WITHIN", 60.0)
    store = StoreRequests(sms.database, sms.requests, sms.record_receipts, wake=lambda: None)

    async def phones(number_to: str, caller: str) -> tuple[str | None, str | None]:
        async with sms.database.transaction() as tx:
            _, desk, fallback = await sms.directory.phones_for(
                tx, number_to=number_to, caller=caller
            )
        return desk, fallback

    async with calling(store, tmp_path, phones=phones) as made:
        yield made


async def test_a_repeated_webhook_gets_the_same_answer_and_has_no_effect(
    sms: Sms, carrier: Carrier
) -> None:
    answers = [await carrier.text("SM1") for _ in range(3)]
    answers += await asyncio.gather(*(carrier.text("SM1") for _ in range(5)))
    await sms.processing.process_all()

    assert {answer.status_code for answer in answers} == {200}
    assert len(await sms.told("sms.text.received.v1")) == 1


async def test_a_text_is_told_with_its_department_and_its_words(sms: Sms, carrier: Carrier) -> None:
    await carrier.text("SM1", "¿Dónde? 🙂")
    await sms.processing.process_all()

    (told,) = await sms.told("sms.text.received.v1")
    assert (told["department_id"], told["body"], told["carrier_id"]) == (
        str(DEPARTMENT),
        "¿Dónde? 🙂",
        "SM1",
    )


@pytest.mark.parametrize("number_to", ["+15005550099", "72345", "whatsapp:+15005550099"])
async def test_a_text_to_a_number_that_no_department_has_is_told_all_the_same(
    sms: Sms, number_to: str
) -> None:
    await sms.receive(a_received("STOP", number_from=CLIENT, number_to=number_to))

    (told,) = await sms.told("sms.text.received.v1")
    assert (told["department_id"], told["tag"]) == (None, "stop")
    assert await sms.told("sms.opt_out.recorded.v1") == []


async def test_a_former_number_of_a_department_keeps_receiving(sms: Sms) -> None:
    await sms.execute("UPDATE department_number SET until = now()")

    await sms.receive(a_received("hello", number_from=CLIENT, number_to=OURS))

    (told,) = await sms.told("sms.text.received.v1")
    assert told["department_id"] == str(DEPARTMENT)


@pytest.mark.parametrize(
    ("bodies", "tags", "is_out"),
    [
        (["stop"], ["stop"], [True]),
        (["stop", "stop"], ["stop", "stop"], [True, True]),
        (["yes"], [None], [False]),
        (["stop", "yes", "yes"], ["stop", "start", None], [True, False, False]),
        (["help"], ["help"], [False]),
        (["stop", "hello"], ["stop", None], [True, True]),
    ],
)
@pytest.mark.parametrize("together", [True, False])
async def test_words_are_tagged_in_the_order_in_which_they_came(
    sms: Sms, bodies: list[str], tags: list[str | None], is_out: list[bool], together: bool
) -> None:
    received = [a_received(body, number_from=CLIENT, number_to=OURS) for body in bodies]

    for group in [received] if together else [[one] for one in received]:
        await sms.receive(*group)

    told = await sms.told("sms.text.received.v1")
    assert [t["tag"] for t in told] == tags
    assert [t["is_opted_out"] for t in told] == is_out
    changes = [e["sequence"] for e in await sms.told("sms.opt_out.recorded.v1")]
    assert changes == list(range(1, len(changes) + 1))


@dataclass
class Stumbling:
    """Fails for one text, as a bug would."""

    real: ReceiveTexts
    sid: str

    async def __call__(self, tx: Transaction, received: Sequence[Received]) -> None:
        if any(text.sid == self.sid for text in received):
            raise RuntimeError
        await self.real(tx, received)


async def test_one_text_that_cannot_be_understood_does_not_stop_the_others(
    sms: Sms, carrier: Carrier
) -> None:
    processing = ProcessRequests(
        sms.database,
        sms.requests,
        texts=Stumbling(sms.receive_texts, "SM2"),
        calls=ReceiveCalls(InboundTables(), sms.directory, sms.clock),
        receipts=sms.record_receipts,
    )
    for sid in ("SM1", "SM2", "SM3"):
        await carrier.text(sid)
    await processing.process_all()

    assert {t["carrier_id"] for t in await sms.told("sms.text.received.v1")} == {"SM1", "SM3"}
    waiting = await sms.execute("SELECT key, tries FROM webhook_request WHERE done_at IS NULL")
    assert [tuple(row) for row in waiting] == [("SM2", 1)]
    await WatchRequests(sms.database, sms.requests)()
    assert REGISTRY.get_sample_value("clientcomm_webhooks_set_aside") == 1


ODD: list[dict[str, str]] = [
    {"To": "72345"},
    {"To": "whatsapp:+15005550099"},
    {"To": "x" * 64, "From": "y" * 64},
    {"From": "\u0085\u2028 \U0001f600"},
    {"Body": "a" * 30_000},
    {"Body": "a\0b\ufffe\u202e"},
    {"NumMedia": "99", "MediaUrl0": "nowhere", "MediaContentType0": "\0" * 9 + "x" * 500},
    {"NumMedia": "-1"},
    {"OptOutType": "SOMETHING"},
    {"MessageSid": "\u2603" * 64},
]


async def test_whatever_was_answered_with_a_2xx_is_understood_in_the_end(
    sms: Sms, carrier: Carrier
) -> None:
    """No inbound text is ever dropped (rule 2.7), whatever the carrier may call its ends."""
    for number, odd in enumerate(ODD):
        answer = await carrier.post("/webhooks/twilio/message", an_inbound(sid=f"SM{number}") | odd)
        assert answer.status_code == 200, odd
        call = {"CallSid": f"CA{number}", "From": CLIENT, "To": OURS}
        ends = {name: value for name, value in odd.items() if name in call}
        assert (await carrier.post("/webhooks/twilio/voice", call | ends)).status_code == 200

    await sms.processing.process_all()

    waiting = await sms.execute("SELECT key, problem FROM webhook_request WHERE done_at IS NULL")
    assert waiting.all() == []
    assert len(await sms.told("sms.text.received.v1")) == len(ODD)


async def test_a_receipt_of_ours_comes_by_its_token_before_the_answer(
    sms: Sms, carrier: Carrier
) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    answer = await carrier.status(attempt.token.hex, "SM5", "delivered")

    assert answer.status_code == 204
    assert await sms.reports(text.message_id) == [("delivered", 2)]


async def test_a_receipt_for_nobody_is_kept_in_the_log(sms: Sms, carrier: Carrier) -> None:
    answer = await carrier.status(uuid4().hex, "SM404", "delivered")

    assert answer.status_code == 204
    kept = await sms.execute("SELECT sid, status FROM callback_log")
    assert [tuple(row) for row in kept] == [("SM404", "delivered")]


async def cannot_apply(_tx: Transaction, _receipts: Sequence[Receipt]) -> None:
    raise RuntimeError


async def test_receipts_that_cannot_be_applied_are_kept_raw(sms: Sms, tmp_path: Path) -> None:
    store = StoreRequests(sms.database, sms.requests, cannot_apply, wake=lambda: None)
    async with calling(store, tmp_path / "raw") as carrier:
        answer = await carrier.status(uuid4().hex, "SM1", "sent")
    await sms.processing.process_all()

    assert answer.status_code == 204
    kept = await sms.execute("SELECT sid FROM callback_log")
    assert kept.scalars().all() == ["SM1"]


async def test_while_the_table_is_locked_the_spool_takes_over_and_is_drained_once(
    sms: Sms, tmp_path: Path
) -> None:
    impatient = Database(
        sms.database.url, application_name="intake", pool_size=2, statement_timeout_ms=500
    )
    store = StoreRequests(impatient, sms.requests, sms.record_receipts, wake=lambda: None)
    patient = StoreRequests(sms.database, sms.requests, sms.record_receipts, wake=lambda: None)
    async with calling(store, tmp_path) as carrier:
        async with sms.database.transaction() as tx:
            await tx.execute(sql("LOCK TABLE webhook_request IN EXCLUSIVE MODE"))
            slow = await carrier.text("SM1")
            quick = await carrier.text("SM2")
        assert [slow.status_code, quick.status_code] == [200, 200]

        assert await carrier.spool.drain(patient) == 2
        await carrier.text("SM1")
        await carrier.spool.drain(patient)
    await impatient.close()
    await sms.processing.process_all()

    assert len(await sms.told("sms.text.received.v1")) == 2


async def a_client_with_a_case_manager(sms: Sms, *, desk: str | None) -> None:
    staff, client = uuid4(), uuid4()
    number = DatedNumber(id=uuid4(), value=CLIENT, since=NOON)
    common = {"sequence": 1, "occurred_at": NOON}
    events = (
        StaffChangedV1(
            aggregate_id=staff, full_name="Ana", email="a@example.org", desk_phone=desk, **common
        ),
        ClientChangedV1(
            aggregate_id=client, first_name="Cy", last_name="Lee", language="en",
            numbers=(number,), **common,
        ),
        ConversationChangedV1(
            aggregate_id=uuid4(), department_id=DEPARTMENT, client_id=client, sender=None,
            state=ConversationState.OPEN, assigned_to=staff, **common,
        ),
    )  # fmt: skip
    await sms.database.run(lambda tx: sms.directory.learn_staff(tx, [events[0]]))
    await sms.database.run(lambda tx: sms.directory.learn_clients(tx, [events[1]]))
    await sms.database.run(lambda tx: sms.directory.learn_conversations(tx, [events[2]]))


@pytest.mark.parametrize(
    ("desk", "rings", "rang"),
    [
        ("+15125550110", "+15125550110", "desk_phone"),
        (None, "+15125550199", "fallback_phone"),
    ],
)
async def test_a_call_is_put_through_and_told(
    sms: Sms, carrier: Carrier, desk: str | None, rings: str, rang: str
) -> None:
    await a_client_with_a_case_manager(sms, desk=desk)

    answer = await carrier.call("CA1")
    await carrier.call("CA1")
    await sms.processing.process_all()

    assert f"<Number>{rings}</Number>" in answer.text
    (told,) = await sms.told("sms.call.received.v1")
    assert (told["number_from"], told["rang"]) == (CLIENT, rang)


class Pictures:
    """Answers by URL: content, or a fault."""

    def __init__(self, **answers: bytes | NotFetched) -> None:
        self.answers = answers

    def fetch(self, url: str, *, largest: int) -> bytes:
        answer = self.answers[url]
        if isinstance(answer, NotFetched):
            raise answer
        return answer


def fetching(sms: Sms, pictures: Pictures, folder: Path) -> FetchMedia:
    return FetchMedia(
        sms.database,
        pictures,
        DirectoryStore(f"file://{folder}"),
        sms.clock,
        rows=InboundTables(),
        sniff=filetype.guess_mime,
    )


async def test_attachments_are_fetched_and_judged_by_their_content(
    sms: Sms, tmp_path: Path
) -> None:
    media = tuple(Media(url, "image/png") for url in ("picture", "page", "gone", "card"))
    pictures = Pictures(
        picture=PNG,
        page=b"<html><script>alert(1)</script></html>",
        gone=NotFetched("gone", is_final=True),
        card=b"BEGIN:VCARD\r\nFN:Cy\r\nEND:VCARD",
    )
    await sms.receive(a_received("", number_from=CLIENT, number_to=OURS, media=media))

    await fetching(sms, pictures, tmp_path)()

    (text,) = await sms.told("sms.text.received.v1")
    assert [m["position"] for m in text["media"]] == [0, 1, 2, 3]
    told = sorted(await sms.told("sms.media.stored.v1"), key=lambda m: m["sequence"])
    assert [(m["content_type"], m["problem"]) for m in told] == [
        ("image/png", None),
        ("image/png", "not_allowed"),
        ("image/png", "gone"),
        ("text/vcard", None),
    ]
    assert (tmp_path / told[0]["object_key"]).read_bytes() == PNG
    assert [m["sequence"] for m in told] == [2, 3, 4, 5]


async def test_an_attachment_that_cannot_be_fetched_now_is_tried_again(
    sms: Sms, tmp_path: Path
) -> None:
    pictures = Pictures(picture=NotFetched("http_503"))
    fetch = fetching(sms, pictures, tmp_path)
    media = (Media("picture", "image/png"),)
    await sms.receive(a_received("look", number_from=CLIENT, number_to=OURS, media=media))
    await fetch()
    assert await sms.told("sms.media.stored.v1") == []

    pictures.answers["picture"] = PNG
    await sms.execute("UPDATE inbound_media SET next_try_at = now()")
    await fetch()

    (told,) = await sms.told("sms.media.stored.v1")
    assert told["size_bytes"] == len(PNG)


async def test_no_more_than_ten_attachments_are_taken(sms: Sms) -> None:
    media = tuple(Media(f"u{n}", "image/png") for n in range(14))

    await sms.receive(a_received("", number_from=CLIENT, number_to=OURS, media=media))

    (told,) = await sms.told("sms.text.received.v1")
    assert len(told["media"]) == 10
