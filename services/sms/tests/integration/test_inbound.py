import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from services.sms.tests.carrier_calls import Carrier, an_inbound, calling
from services.sms.tests.factories import CLIENT, DEPARTMENT, NOON, OURS
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
from clientcomm_sms.adapters.webhooks.processing import ProcessRequests
from clientcomm_sms.adapters.webhooks.storing import StoreRequests
from clientcomm_sms.adapters.webhooks.watching import WatchRequests
from clientcomm_sms.application.receive_call import ReceiveCalls
from clientcomm_sms.application.receive_texts import ReceiveTexts
from clientcomm_sms.domain.inbound import Received

pytestmark = pytest.mark.integration


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
