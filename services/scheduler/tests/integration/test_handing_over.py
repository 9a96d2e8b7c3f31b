"""Handing over what is due: once, in order, in time, or not at all (rules 4.4, 4.9)."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from services.scheduler.tests.factories import NOW, a_grant, a_request
from services.scheduler.tests.integration.conftest import Bench
from sqlalchemy import text

from clientcomm_contracts.conversations.commands import SendOccurrencesV1
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    ConversationScheduleChangedV1,
    EditScheduledMessage,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessageChangedV1,
)
from clientcomm_contracts.values import ScheduledState
from clientcomm_persistence import Transaction
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.adapters.timer import Timer
from clientcomm_scheduler.application.hand_over_due import hand_over_due
from clientcomm_testkit.databases import PostgresServer

pytestmark = pytest.mark.integration


async def handed_over(bench: Bench) -> list[tuple[object, str]]:
    commands = await bench.told(SendOccurrencesV1)
    return [(item.occurrence_id, item.body) for command in commands for item in command.items]


async def until_handed_over(bench: Bench) -> None:
    """Looks often, as nothing tells a test when an outbox fills."""
    async with asyncio.timeout(60):
        while not await handed_over(bench):  # noqa: ASYNC110 - a table has no event
            await asyncio.sleep(0.01)


async def until_it_sleeps(bench: Bench, timer: Timer) -> None:
    """It has looked once, and hears of what is new."""
    listening = """
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'
    """
    async with asyncio.timeout(60):
        while not (timer.is_ready() and await bench.rows(listening)):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)


async def test_nothing_goes_before_its_time(bench: Bench) -> None:
    first = (await bench.requests.schedule(a_request(uuid4()))).scheduled_message
    bench.clock.at = first.due_at - timedelta(microseconds=1)

    assert await bench.tick() == 0


async def test_what_is_due_is_handed_over_once(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at

    assert await bench.tick() == 1
    assert await bench.tick() == 0

    [command] = await bench.told(SendOccurrencesV1)
    [item] = command.items
    assert (item.conversation_id, item.body) == (conversation, "See you at nine")
    assert (item.due_at, item.not_after) == (first.due_at, first.due_at + timedelta(hours=1))
    assert (await bench.told(ScheduledMessageChangedV1))[-1].state is ScheduledState.HANDED_OVER
    assert (await bench.told(ConversationScheduleChangedV1))[-1].scheduled_count == 0


async def test_handed_over_can_be_neither_edited_nor_cancelled(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at
    await bench.tick()
    grant = a_grant(conversation)

    for attempt in (
        bench.requests.edit(
            EditScheduledMessage(grant=grant, scheduled_message_id=first.id, body="No")
        ),
        bench.requests.cancel(CancelScheduledMessage(grant=grant, scheduled_message_id=first.id)),
    ):
        with pytest.raises(Refused) as refusal:
            await attempt
        assert (refusal.value.code, refusal.value.kind) == ("already_handed_over", "conflict")


@pytest.mark.parametrize(("minutes", "state"), [(60, "handed_over"), (60.01, "missed")])
async def test_after_an_outage_an_hour_is_the_limit(
    bench: Bench, minutes: float, state: str
) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at + timedelta(minutes=minutes)

    await bench.tick()

    listed = await bench.requests.list(ListScheduledMessages(grant=a_grant(conversation)))
    assert [view.state.value for view in listed.items] == [state]
    assert len(await handed_over(bench)) == (state == "handed_over")
    assert (await bench.told(ScheduledMessageChangedV1))[-1].state.value == state


async def test_quiet_hours_do_not_count_as_lateness(bench: Bench) -> None:
    evening = datetime.fromisoformat("2026-06-02T20:45")
    first = (
        await bench.requests.schedule(a_request(uuid4(), local_time=evening))
    ).scheduled_message
    # 15 minutes until quiet hours, 11 hours of them, 45 minutes left the next morning.
    bench.clock.at = first.due_at + timedelta(hours=12)

    await bench.tick()

    [command] = await bench.told(SendOccurrencesV1)
    assert command.items[0].not_after == first.due_at + timedelta(hours=12)


async def test_what_was_missed_may_be_given_another_time(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    old_occurrence = await bench.occurrence_of(first.id)
    bench.clock.at = first.due_at + timedelta(hours=2)
    await bench.tick()
    grant = a_grant(conversation)

    with pytest.raises(Refused) as refusal:
        await bench.requests.edit(
            EditScheduledMessage(grant=grant, scheduled_message_id=first.id, body="Again")
        )
    again = await bench.requests.edit(
        EditScheduledMessage(
            grant=grant,
            scheduled_message_id=first.id,
            local_time=first.local_time + timedelta(days=1),
        )
    )
    bench.clock.at = again.scheduled_message.due_at
    await bench.tick()

    assert refusal.value.code == "time_in_the_past"
    assert again.scheduled_message.state is ScheduledState.SCHEDULED
    [(occurrence, _)] = await handed_over(bench)
    assert occurrence != old_occurrence


async def test_what_was_missed_can_be_cleared_away(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at + timedelta(hours=2)
    await bench.tick()
    grant = a_grant(conversation)

    await bench.requests.cancel(CancelScheduledMessage(grant=grant, scheduled_message_id=first.id))

    assert (await bench.requests.list(ListScheduledMessages(grant=grant))).items == ()


async def test_many_fall_due_in_commands_of_a_hundred(bench: Bench) -> None:
    conversations = [uuid4() for _ in range(25)]
    for number in range(250):
        await bench.requests.schedule(a_request(conversations[number % 25], body=f"text {number}"))
    bench.clock.forward(days=1, hours=1)

    counts = [await bench.tick() for _ in range(4)]

    assert counts == [100, 100, 50, 0]
    assert [len(one.items) for one in await bench.told(SendOccurrencesV1)] == [100, 100, 50]


async def test_a_conversation_under_a_persons_hands_is_left_for_the_next_look(
    bench: Bench,
) -> None:
    busy, idle = uuid4(), uuid4()
    for conversation in (busy, idle):
        await bench.requests.schedule(a_request(conversation, body=str(conversation)))
    bench.clock.forward(days=1, hours=1)

    async with bench.database.transaction() as transaction:
        await transaction.execute(
            text(f"SELECT id FROM conversation WHERE id = '{busy}' FOR UPDATE")
        )
        during = await bench.tick()
    after = await bench.tick()

    assert (during, after) == (1, 1)
    assert [body for _, body in await handed_over(bench)] == [str(idle), str(busy)]


async def test_two_processes_share_what_is_due(bench: Bench) -> None:
    conversations = [uuid4() for _ in range(10)]
    for number in range(200):
        await bench.requests.schedule(a_request(conversations[number % 10], body=f"{number:03}"))
    bench.clock.forward(days=1, hours=1)
    other = Bench(bench.url)
    other.clock = bench.clock

    async def work(one: Bench) -> None:
        for _ in range(30):
            await one.tick()

    await asyncio.gather(work(bench), work(other), work(bench), work(other))
    while await bench.tick():
        pass
    await other.database.close()

    handed = await handed_over(bench)
    assert len(handed) == len(set(handed)) == 200
    commands = await bench.told(SendOccurrencesV1)
    for conversation in conversations:
        bodies = [
            item.body
            for command in commands
            for item in command.items
            if item.conversation_id == conversation
        ]
        assert bodies == sorted(bodies)


async def test_a_hand_over_that_is_rolled_back_falls_due_again(bench: Bench) -> None:
    first = (await bench.requests.schedule(a_request(uuid4()))).scheduled_message
    bench.clock.at = first.due_at

    async def die_in_the_middle(transaction: Transaction) -> None:
        await hand_over_due(ScheduleTables(transaction), bench.clock.now())
        raise RuntimeError("killed in the middle")

    with pytest.raises(RuntimeError):
        await bench.database.run(die_in_the_middle)

    assert await handed_over(bench) == []
    assert await bench.tick() == 1


async def test_the_timer_follows_a_clock_that_jumps(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientcomm_scheduler.adapters.timer._POLL", 3600.0)
    conversation = uuid4()
    timer = Timer(bench.database, bench.clock, listen_url=bench.url)
    await timer.start()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    await asyncio.sleep(0.3)
    early = await handed_over(bench)

    bench.clock.at = first.due_at + timedelta(seconds=1)
    await until_handed_over(bench)
    await timer.stop()

    assert early == []
    assert timer.is_ready()


async def test_the_timer_goes_on_after_its_connections_were_cut(
    bench: Bench, postgres: PostgresServer
) -> None:
    timer = Timer(bench.database, bench.clock, listen_url=bench.url)
    await timer.start()
    first = (await bench.requests.schedule(a_request(uuid4()))).scheduled_message
    with psycopg.connect(postgres.admin_url, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (bench.url.rsplit("/", 1)[1],),
        )
    bench.clock.at = first.due_at

    await until_handed_over(bench)
    await timer.stop()

    assert len(await handed_over(bench)) == 1


async def test_a_clock_set_back_sends_nothing_twice(bench: Bench) -> None:
    first = (await bench.requests.schedule(a_request(uuid4()))).scheduled_message
    bench.clock.at = first.due_at
    await bench.tick()
    bench.clock.at = NOW
    await bench.tick()
    bench.clock.at = first.due_at + timedelta(minutes=1)
    await bench.tick()

    assert len(await handed_over(bench)) == 1


async def test_what_was_just_scheduled_wakes_a_sleeping_timer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientcomm_scheduler.adapters.timer._POLL", 3600.0)
    timer = Timer(bench.database, bench.clock, listen_url=bench.url)
    await timer.start()
    await until_it_sleeps(bench, timer)
    soon = datetime.fromisoformat("2026-06-01T08:00:00.200000")
    await bench.requests.schedule(a_request(uuid4(), local_time=soon))
    bench.clock.forward(seconds=0.2)

    await until_handed_over(bench)
    await timer.stop()

    assert len(await handed_over(bench)) == 1


async def test_a_get_shows_what_is_under_way(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at
    await bench.tick()

    reply = await bench.requests.get(
        GetScheduledMessage(grant=a_grant(conversation), scheduled_message_id=first.id)
    )

    assert reply.scheduled_message.state is ScheduledState.HANDED_OVER
