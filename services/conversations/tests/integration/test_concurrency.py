import asyncio
import random
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.counting import counted
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import (
    Writing,
    a_key,
    a_report,
    a_text,
    an_opt_out,
    reported,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clientcomm_chassis.ids import new_id
from clientcomm_contracts import sms
from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.mass_messages import SendMassMessage
from clientcomm_contracts.conversations.reading import MarkRead
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Lane, MessageState
from clientcomm_conversations.adapters.bulk_releaser import BulkReleaser
from clientcomm_conversations.adapters.from_sms import handlers

pytestmark = pytest.mark.integration


async def test_everything_at_once_on_the_same_conversations_leaves_no_gap(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    chance = random.Random(7)
    threads = [await scene.thread(office, officer) for _ in range(6)]
    first = [await writing.send(officer, thread, "first") for thread in threads]
    releaser = BulkReleaser(scene.database, writing.writers)
    await writing.order(
        SendMassMessage(
            asker=officer,
            repeat_key=a_key(),
            conversation_ids=tuple(t.id for t in threads),
            body="bulk",
        )
    )

    work: list[Coroutine[Any, Any, object]] = [releaser.release_all(), releaser.release_all()]
    for round_number in range(8):
        mixed = chance.sample(threads, len(threads))
        work += [writing.send(officer, thread) for thread in mixed]
        work.append(writing.deliver(*(a_text(office, t.number) for t in mixed)))
        work.append(writing.deliver(reported(*_reports(chance, threads, first, round_number))))
        work.append(writing.deliver(_due(mixed, officer)))
        work += [writing.order(MarkRead(asker=officer, conversation_id=mixed[0].id))]
    work.append(writing.deliver(an_opt_out(office, "+12125550100")))
    chance.shuffle(work)
    await asyncio.gather(*work)
    await releaser.release_all()

    for thread in threads:
        await _is_consistent(writing, thread)


def _reports(
    chance: random.Random, threads: list[Thread], first: list[Any], version: int
) -> list[Any]:
    states = [MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED]
    together = list(zip(threads, first, strict=True))
    chance.shuffle(together)
    return [
        a_report(message.id, thread, chance.choice(states), version + 1)
        for thread, message in together
    ]


def _due(threads: list[Thread], officer: Asker) -> SendOccurrencesV1:
    return SendOccurrencesV1(
        items=tuple(
            DueOccurrence(
                occurrence_id=new_id(),
                conversation_id=thread.id,
                staff_id=officer.staff_id,
                body="due",
                due_at=NOON,
            )
            for thread in threads
        )
    )


async def _is_consistent(writing: Writing, thread: Thread) -> None:
    sequences = await writing.sequences(thread.id)
    assert sorted(sequences) == list(range(1, len(sequences) + 1))
    row = await writing.row("select * from conversation where id = :id", id=thread.id)
    assert row.sequence == len(sequences)
    for lane, last in (
        (Lane.REPLY, row.reply_position),
        (Lane.AUTOMATIC, row.automatic_position),
        (Lane.BULK, row.bulk_position),
    ):
        positions = [item.position for item in await _handed_over(writing, thread.id, lane)]
        assert sorted(positions) == list(range(1, last + 1))
    assert (row.reply_position, row.automatic_position, row.bulk_position) == (9, 8, 1)
    shown = await writing.summary(thread.id)
    unread = await writing.row(
        "select count(*) from message m join conversation c on c.id = m.conversation_id"
        " where c.id = :id and m.direction = 'inbound'"
        " and (c.read_up_to is null or (m.at, m.id) > (c.read_up_to, c.read_up_to_id))",
        id=thread.id,
    )
    assert shown.unread_count == unread.count
    assert shown.is_unread == (unread.count > 0)


async def _handed_over(writing: Writing, thread_id: UUID, lane: Lane) -> list[Any]:
    return [
        item
        for command in await writing.told(SendTextsV1)
        for item in command.items
        if item.conversation_id == thread_id and item.lane is lane
    ]


async def test_a_stranger_who_texts_twice_at_once_gets_one_thread_and_one_answer(
    writing: Writing, office: Place
) -> None:
    sender = "+12125550177"

    await asyncio.gather(*(writing.deliver(a_text(office, sender, f"{n}")) for n in range(8)))

    assert len(await writing.rows("select 1 from conversation")) == 1
    assert len(await writing.rows("select 1 from message where author = 'automatic'")) == 1
    assert len(await writing.rows("select 1 from message where direction = 'inbound'")) == 8


async def test_the_same_batch_in_two_consumers_is_handled_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = [await scene.thread(office, officer) for _ in range(4)]
    texts = [a_text(office, thread.number) for thread in threads]

    await asyncio.gather(
        writing.deliver(*texts), writing.deliver(*reversed(texts)), writing.deliver(*texts)
    )

    assert len(await writing.rows("select 1 from message")) == 4
    for thread in threads:
        assert await writing.sequences(thread.id) == [1]


async def test_the_same_key_at_once_sends_one_text(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    key = a_key()

    views = await asyncio.gather(*(writing.send(officer, thread, repeat_key=key) for _ in range(6)))

    assert len({view.id for view in views}) == 1
    assert len(await writing.rows("select 1 from message")) == 1


async def test_a_transaction_waits_for_the_lock_and_sees_what_came_before(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    async with scene.database.transaction() as tx:
        writer = writing.writers.of(tx)
        held = await writer.lock([thread.id])
        waiting = asyncio.create_task(writing.deliver(a_text(office, thread.number)))
        await until_somebody_waits(scene)
        held.threads[thread.id].next_sequence()
        held.threads[thread.id].unread_count = 5
        await writer.save([held.threads[thread.id]])
    await waiting

    assert (await writing.summary(thread.id)).unread_count == 6
    assert await writing.sequences(thread.id) == [2]


async def test_a_merge_while_its_lock_is_waited_for_leads_to_the_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    survivor, absorbed = [await scene.thread(office, officer) for _ in range(2)]
    message = await writing.send(officer, absorbed)

    async with scene.database.transaction() as tx:
        writer = writing.writers.of(tx)
        await writer.lock([survivor.id, absorbed.id])
        report = reported(a_report(message.id, absorbed, MessageState.DELIVERED, 1))
        waiting = asyncio.create_task(writing.deliver(report))
        await until_somebody_waits(scene)
        await _absorb(tx, absorbed.id, survivor.id)
    await waiting

    assert (await writing.row("select state from message")).state == "delivered"
    assert await writing.sequences(survivor.id) == [1]
    assert await writing.sequences(absorbed.id) == [1]


async def test_a_redirect_of_a_redirect_is_followed(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    first, second, third = [await scene.thread(office, officer) for _ in range(3)]
    async with scene.database.transaction() as tx:
        await _absorb(tx, first.id, second.id)
        await _absorb(tx, second.id, third.id)

    async with scene.database.transaction() as tx:
        held = await writing.writers.of(tx).lock([first.id, second.id, third.id])
        alone = await writing.writers.of(tx).lock([first.id])

    assert {thread.id for thread in held.each()} == {third.id}
    assert held.threads[first.id] is held.threads[third.id]
    assert alone.threads[first.id].id == third.id


async def test_an_item_that_cannot_be_handled_takes_nothing_of_its_batch_with_it(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    nowhere = Place(thread.id, "+12125550199")  # no such department

    with pytest.raises(IntegrityError):
        await writing.deliver(a_text(office, thread.number), a_text(nowhere, "+12125550111"))

    assert await writing.rows("select 1 from message") == []
    assert await writing.rows("select 1 from inbox") == []
    await writing.deliver(a_text(office, thread.number))
    assert len(await writing.rows("select 1 from message")) == 1


async def test_a_batch_of_a_hundred_reports_takes_five_statements(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = [await scene.thread(office, officer) for _ in range(10)]
    reports = []
    for thread in threads:
        for _ in range(10):
            message = await writing.send(officer, thread)
            reports.append(a_report(message.id, thread, MessageState.SENT, 1))
            scene.clock.at += timedelta(seconds=1)
    events = [reported(*reports[:50]), reported(*reports[50:])]

    with counted() as statements:
        await writing.deliver(*events)

    assert len(await writing.rows("select 1 from message where state = 'sent'")) == 100
    assert len(statements) <= 6  # the sixth wakes the relay


async def test_a_text_by_a_person_takes_five_statements(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    with counted() as statements:
        await writing.send(officer, thread)

    assert len(statements) <= 6  # the sixth says how long a lock is waited for


async def _absorb(tx: Any, absorbed: UUID, survivor: UUID) -> None:
    for statement in (
        "update message set conversation_id = :survivor where conversation_id = :absorbed",
        "delete from conversation_summary where conversation_id = :absorbed",
        "update conversation set merged_into = :survivor where id = :absorbed",
    ):
        wanted = {"survivor": survivor, "absorbed": absorbed}
        await tx.execute(text(statement), {k: v for k, v in wanted.items() if f":{k}" in statement})


def test_every_event_of_sms_is_handled(writing: Writing) -> None:
    events = {
        value
        for value in vars(sms).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }

    assert handlers(writing.writers).keys() == events
