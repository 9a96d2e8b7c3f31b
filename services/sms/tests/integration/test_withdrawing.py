"""What is taken back is not sent, whichever of send and withdrawal comes first."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from services.sms.tests.factories import NOON, a_text
from services.sms.tests.harness import Sms
from sqlalchemy import text

from clientcomm_contracts.sms import SendTextsV1, WithdrawTextsV1
from clientcomm_contracts.values import Lane
from clientcomm_persistence import Retention, Transaction
from clientcomm_sms.adapters.withdrawals import FORGOTTEN, WithdrawalTables
from clientcomm_sms.domain.carrier import NotTaken

pytestmark = pytest.mark.integration

LATER = NOON + timedelta(seconds=1)


async def withdraw(sms: Sms, command: WithdrawTextsV1) -> None:
    await sms.database.run(lambda tx: sms.withdraw_texts(tx, [command]))


def closing(conversation_id: UUID, *, at: datetime = NOON) -> WithdrawTextsV1:
    return WithdrawTextsV1(conversation_ids=(conversation_id,), withdrawn_at=at)


async def test_a_withdrawn_text_does_not_hold_the_next_one_back(sms: Sms) -> None:
    conversation = uuid4()
    first = a_text("first", conversation_id=conversation, position=1)
    second = a_text("second", conversation_id=conversation, position=2)
    await sms.accept(first, second)

    await withdraw(sms, WithdrawTextsV1(message_ids=(first.message_id,)))
    await sms.send()

    assert [taken.body for taken in sms.carrier.taken] == ["second"]
    assert await sms.reports(first.message_id) == [("canceled", 2)]


async def test_a_text_that_comes_after_its_withdrawal_is_canceled(sms: Sms) -> None:
    text = a_text()
    await withdraw(sms, WithdrawTextsV1(message_ids=(text.message_id,)))

    await sms.accept(text)

    assert await sms.send() == []
    assert await sms.reports(text.message_id) == [("canceled", 2)]


async def test_a_whole_conversation_is_withdrawn_and_what_had_gone_stays(sms: Sms) -> None:
    conversation, other = uuid4(), a_text("other")
    gone = a_text("gone", conversation_id=conversation, position=1)
    waits = a_text("waits", conversation_id=conversation, position=2)
    await sms.accept(gone)
    await sms.send()
    await sms.accept(waits, other)

    await withdraw(sms, WithdrawTextsV1(conversation_ids=(conversation,)))
    await sms.send()

    assert [taken.body for taken in sms.carrier.taken] == ["gone", "other"]
    assert await sms.state(gone.message_id) == "sent"
    assert await sms.reports(waits.message_id) == [("canceled", 2)]


async def test_stopping_a_mass_message_leaves_replies_alone(sms: Sms) -> None:
    conversation = uuid4()
    reply = a_text("reply", conversation_id=conversation)
    bulk = a_text("bulk", conversation_id=conversation, lane=Lane.BULK)
    await sms.accept(reply, bulk)

    await withdraw(
        sms, WithdrawTextsV1(conversation_ids=(conversation,), mass_message_lane_only=True)
    )

    assert (await sms.state(reply.message_id), await sms.state(bulk.message_id)) == (
        "queued",
        "canceled",
    )


async def test_a_text_between_two_tries_can_be_withdrawn(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    await sms.record((attempt, NotTaken("20429")))

    await withdraw(sms, WithdrawTextsV1(message_ids=(text.message_id,)))

    assert await sms.reports(text.message_id) == [("sending", 2), ("canceled", 3)]


async def test_a_text_that_has_been_claimed_cannot_be_withdrawn(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    await withdraw(sms, WithdrawTextsV1(message_ids=(text.message_id,)))
    await sms.record((attempt, sms.carrier.submit(attempt)))

    assert await sms.reports(text.message_id) == [("sent", 2)]


@pytest.mark.parametrize("is_overtaken", [False, True])
async def test_what_was_written_before_a_withdrawal_is_canceled_in_either_order(
    sms: Sms, is_overtaken: bool
) -> None:
    conversation = uuid4()
    before = a_text("before", conversation_id=conversation, position=1, written_at=NOON)
    after = a_text("after", conversation_id=conversation, position=2, written_at=LATER)

    if is_overtaken:
        await withdraw(sms, closing(conversation))
        await sms.accept(before, after)
    else:
        await sms.accept(before, after)
        await withdraw(sms, closing(conversation))
    await sms.send()

    assert [taken.body for taken in sms.carrier.taken] == ["after"]
    assert await sms.reports(before.message_id) == [("canceled", 2)]
    assert await sms.reports(after.message_id) == [("sent", 2)]


async def test_of_two_withdrawals_the_later_counts_whichever_comes_last(sms: Sms) -> None:
    conversation = uuid4()
    text = a_text(conversation_id=conversation, written_at=LATER)

    await withdraw(sms, closing(conversation, at=LATER))
    await withdraw(sms, closing(conversation, at=NOON))
    await sms.accept(text)

    assert await sms.send() == []
    assert await sms.state(text.message_id) == "canceled"


async def test_a_withdrawal_that_does_not_say_when_counts_from_when_it_comes(sms: Sms) -> None:
    conversation = uuid4()
    overtaken = a_text(conversation_id=conversation, position=1, written_at=NOON)
    written_later = a_text(conversation_id=conversation, position=2, written_at=LATER)

    await withdraw(sms, WithdrawTextsV1(conversation_ids=(conversation,)))
    await sms.accept(overtaken, written_later)
    await sms.send()

    assert await sms.state(overtaken.message_id) == "canceled"
    assert await sms.state(written_later.message_id) == "sent"


async def test_only_the_lanes_withdrawn_are_canceled_when_they_come_later(sms: Sms) -> None:
    conversation, other = uuid4(), a_text("of another conversation")
    reply = a_text("reply", conversation_id=conversation)
    bulk = a_text("bulk", conversation_id=conversation, lane=Lane.BULK)
    command = WithdrawTextsV1(
        conversation_ids=(conversation,), mass_message_lane_only=True, withdrawn_at=NOON
    )

    await withdraw(sms, command)
    await sms.accept(reply, bulk, other)

    assert [await sms.state(text.message_id) for text in (reply, bulk, other)] == [
        "queued",
        "canceled",
        "queued",
    ]


@pytest.mark.parametrize("is_overtaken", [False, True])
async def test_a_send_and_a_withdrawal_at_the_same_time_do_not_miss_each_other(
    sms: Sms, is_overtaken: bool
) -> None:
    """Neither is committed when the other looks."""
    conversation = uuid4()
    text = a_text(conversation_id=conversation)
    sending = partial(sms.accept_texts, commands=[SendTextsV1(items=(text,))])
    withdrawing = partial(sms.withdraw_texts, commands=[closing(conversation)])
    first, second = (withdrawing, sending) if is_overtaken else (sending, withdrawing)

    async with sms.database.transaction() as tx:
        await first(tx)
        other = asyncio.create_task(sms.database.run(second))
        await until_one_waits(sms)
    await other

    assert await sms.send() == []
    assert await sms.state(text.message_id) == "canceled"


async def until_one_waits(sms: Sms) -> None:
    waiting = """
        SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    async with asyncio.timeout(60):
        while not (await sms.execute(waiting)).first():  # noqa: ASYNC110 - a lock has no event
            await asyncio.sleep(0.01)


async def test_withdrawals_are_forgotten_after_90_days(sms: Sms) -> None:
    old, young = uuid4(), uuid4()
    now = datetime.now(UTC)
    for days, one in ((91, old), (89, young)):
        await sms.database.run(
            partial(_remember, one=one, at=now - timedelta(days=days), kept=WithdrawalTables())
        )

    forgotten = await Retention(sms.database, further=FORGOTTEN).forget()

    async with sms.database.transaction() as tx:
        texts = (await tx.execute(text("select message_id from withdrawn_text"))).scalars()
        lanes = (await tx.execute(text("select conversation_id from withdrawn_lane"))).scalars()
        assert (list(texts), list(lanes)) == ([young], [young])
    assert forgotten == 2


async def _remember(tx: Transaction, *, one: UUID, at: datetime, kept: WithdrawalTables) -> None:
    await kept.remember_texts(tx, [one], at)
    await kept.remember_lanes(tx, [one], lanes=[Lane.REPLY], up_to=at)
