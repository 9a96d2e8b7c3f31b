"""What is scheduled follows its conversation: zones, merges, closings, in any order of arrival."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from services.scheduler.tests.factories import (
    DEPARTMENT,
    LOS_ANGELES,
    NEW_YORK,
    NOW,
    a_client,
    a_conversation,
    a_department,
    a_grant,
    a_merge,
    a_request,
    a_state_change,
    an_item,
)
from services.scheduler.tests.integration.conftest import Bench

from clientcomm_bus.wire import Item
from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.events import OccurrenceRefusedV1
from clientcomm_contracts.scheduler import (
    ConversationScheduleChangedV1,
    GetScheduledMessage,
    ScheduledMessageChangedV1,
    ScheduledMessageView,
)
from clientcomm_contracts.values import ConversationState, MessageState, ScheduledState

pytestmark = pytest.mark.integration

CLOSED = ConversationState.CLOSED


async def seen(bench: Bench, schedule_id: UUID, *conversations: UUID) -> ScheduledMessageView:
    reply = await bench.requests.get(
        GetScheduledMessage(grant=a_grant(*conversations), scheduled_message_id=schedule_id)
    )
    return reply.scheduled_message


async def follow_a_client(
    bench: Bench, conversation_id: UUID, client_id: UUID, *, sequence: int = 1, **client: Any
) -> None:
    """A conversation with a client, in a department in Los Angeles."""
    await bench.follow(
        an_item(a_department(DEPARTMENT)),
        an_item(a_conversation(conversation_id, sequence=sequence, client_id=client_id)),
        an_item(a_client(client_id, sequence=sequence, **client)),
    )


def _moved(client_id: UUID, sequence: int = 2) -> Item:
    """What conversations tells when somebody gives a client another zone."""
    return an_item(a_client(client_id, time_zone=NEW_YORK, sequence=sequence))


async def test_a_client_who_moves_takes_the_wall_time_along(bench: Bench) -> None:
    conversation, client = uuid4(), uuid4()
    await follow_a_client(bench, conversation, client)
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message

    await bench.follow(_moved(client))

    moved = await seen(bench, first.id, conversation)
    assert (moved.local_time, moved.time_zone) == (first.local_time, NEW_YORK)
    assert moved.due_at == first.due_at - timedelta(hours=3)
    assert (await bench.told(ScheduledMessageChangedV1))[-1].due_at == moved.due_at
    assert (await bench.told(ConversationScheduleChangedV1))[-1].next_scheduled_at == moved.due_at


async def test_a_department_that_moves_takes_those_along_who_have_no_zone_of_their_own(
    bench: Bench,
) -> None:
    settler, nomad = uuid4(), uuid4()
    await follow_a_client(bench, settler, uuid4())
    await follow_a_client(bench, nomad, uuid4(), time_zone=LOS_ANGELES)
    follows = (await bench.requests.schedule(a_request(settler))).scheduled_message
    stays = (await bench.requests.schedule(a_request(nomad))).scheduled_message

    await bench.follow(an_item(a_department(DEPARTMENT, sequence=2, time_zone=NEW_YORK)))

    moved = await seen(bench, follows.id, settler)
    assert (moved.local_time, moved.time_zone) == (follows.local_time, NEW_YORK)
    assert moved.due_at == follows.due_at - timedelta(hours=3)
    assert await seen(bench, stays.id, nomad) == stays
    assert [one.aggregate_id for one in await bench.told(ScheduledMessageChangedV1)][-1] == moved.id


async def test_other_settings_of_a_department_move_nothing(bench: Bench) -> None:
    conversation = uuid4()
    await follow_a_client(bench, conversation, uuid4())
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    await bench.forget_told()

    await bench.follow(an_item(a_department(DEPARTMENT, sequence=2, quiet=("20:00", "07:00"))))

    assert await seen(bench, first.id, conversation) == first
    assert await bench.told(ScheduledMessageChangedV1) == []


async def test_a_zone_that_a_person_chose_stays(bench: Bench) -> None:
    conversation, client = uuid4(), uuid4()
    await follow_a_client(bench, conversation, client)
    first = (
        await bench.requests.schedule(a_request(conversation, time_zone="America/Denver"))
    ).scheduled_message

    await bench.follow(_moved(client))

    assert await seen(bench, first.id, conversation) == first


async def test_older_news_of_a_client_changes_nothing(bench: Bench) -> None:
    conversation, client = uuid4(), uuid4()
    await follow_a_client(bench, conversation, client, sequence=5)
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message

    await bench.follow(_moved(client, sequence=4))

    assert await seen(bench, first.id, conversation) == first


@pytest.mark.parametrize("is_told_by_survivor", [True, False])
async def test_what_is_scheduled_follows_a_merge_for_ever(
    bench: Bench, *, is_told_by_survivor: bool
) -> None:
    absorbed, survivor = uuid4(), uuid4()
    first = (await bench.requests.schedule(a_request(absorbed))).scheduled_message
    merged = (
        a_merge(survivor, absorbed)
        if is_told_by_survivor
        else a_conversation(absorbed, sequence=4, state=CLOSED, merged_into=survivor)
    )

    await bench.follow(an_item(merged))
    later = (await bench.requests.schedule(a_request(absorbed))).scheduled_message

    moved = await seen(bench, first.id, survivor)
    assert (moved.conversation_id, moved.state) == (survivor, ScheduledState.SCHEDULED)
    assert later.conversation_id == survivor
    counts = {
        event.conversation_id: event.scheduled_count
        for event in await bench.told(ConversationScheduleChangedV1)
    }
    assert counts == {absorbed: 0, survivor: 2}


async def test_closing_cancels_what_was_scheduled_before(bench: Bench) -> None:
    conversation = uuid4()
    before = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.forward(minutes=10)
    after = (await bench.requests.schedule(a_request(conversation))).scheduled_message

    # Opened again before its closing became known here.
    await bench.follow(
        an_item(a_conversation(conversation, sequence=3, at=NOW + timedelta(minutes=6))),
        an_item(
            a_conversation(conversation, sequence=2, state=CLOSED, at=NOW + timedelta(minutes=5))
        ),
    )

    assert (await seen(bench, before.id, conversation)).state is ScheduledState.CANCELED
    assert (await seen(bench, after.id, conversation)).state is ScheduledState.SCHEDULED
    assert (await bench.told(ConversationScheduleChangedV1))[-1].scheduled_count == 1


@pytest.mark.parametrize("seed", range(10))
async def test_any_order_of_arrival_comes_to_the_same(bench: Bench, seed: int) -> None:
    first, second, survivor, client = uuid4(), uuid4(), uuid4(), uuid4()

    def minutes(count: int) -> datetime:
        return NOW + timedelta(minutes=count)

    cancelled = (await bench.requests.schedule(a_request(first, body="1"))).scheduled_message
    bench.clock.forward(minutes=10)
    moved = (await bench.requests.schedule(a_request(first, body="2"))).scheduled_message
    kept = (await bench.requests.schedule(a_request(second, body="3"))).scheduled_message
    gone = (await bench.requests.schedule(a_request(survivor, body="4"))).scheduled_message
    events: list[Event] = [
        a_department(DEPARTMENT),
        a_client(client, sequence=1),
        a_client(client, time_zone=NEW_YORK, sequence=2),
        a_conversation(first, sequence=1, at=NOW, client_id=client),
        a_conversation(first, sequence=2, at=minutes(5), state=CLOSED, client_id=client),
        a_conversation(first, sequence=3, at=minutes(6), client_id=client),
        a_conversation(survivor, sequence=1, at=NOW, client_id=client),
        a_conversation(survivor, sequence=2, at=minutes(15), state=CLOSED, client_id=client),
        a_conversation(survivor, sequence=3, at=minutes(16), client_id=client),
        a_merge(survivor, first, sequence=4, at=minutes(20)),
        a_conversation(
            first, sequence=4, at=minutes(20), state=CLOSED, client_id=client, merged_into=survivor
        ),
        a_conversation(second, sequence=1, at=NOW),
    ]
    items = [an_item(event) for event in events]
    chance = random.Random(seed)
    arriving = [*items, *chance.choices(items, k=5)]
    chance.shuffle(arriving)

    while arriving:
        size = chance.randint(1, 4)
        await bench.follow(*arriving[:size])
        arriving = arriving[size:]

    everywhere = (first, second, survivor)
    now = {one.id: await seen(bench, one.id, *everywhere) for one in (cancelled, moved, kept, gone)}
    assert now[cancelled.id].state is ScheduledState.CANCELED
    assert now[gone.id].state is ScheduledState.CANCELED
    assert now[moved.id].state is ScheduledState.SCHEDULED
    assert now[moved.id].conversation_id == survivor
    assert now[kept.id] == kept
    counts = await bench.rows(
        "SELECT id, scheduled_count FROM conversation WHERE scheduled_count > 0"
    )
    assert dict(counts) == {survivor: 1, second: 1}
    told = {
        event.conversation_id: event.scheduled_count
        for event in await bench.told(ConversationScheduleChangedV1)
    }
    assert (told[survivor], told[second], told[first]) == (1, 1, 0)


async def test_newer_zone_data_moves_the_instant_and_only_then_is_told(bench: Bench) -> None:
    conversation = uuid4()
    moved = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    same = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    async with bench.database.transaction() as transaction:
        # As if older zone data had known another offset.
        await transaction.connection.exec_driver_sql(
            "UPDATE occurrence SET due_at = due_at + interval '1 hour' "
            f"WHERE schedule_id = '{moved.id}'"
        )
    await bench.forget_told()
    bench.zone_data = "2026b"

    await bench.catch_up_zones()

    assert (await seen(bench, moved.id, conversation)).due_at == moved.due_at
    assert (await seen(bench, same.id, conversation)) == same
    assert [event.aggregate_id for event in await bench.told(ScheduledMessageChangedV1)] == [
        moved.id
    ]
    assert await bench.rows("SELECT DISTINCT zone_data FROM occurrence") == [("2026b",)]
    assert await bench.catch_up_zones() == 0


async def test_older_zone_data_change_nothing(bench: Bench) -> None:
    await bench.requests.schedule(a_request(uuid4()))
    bench.zone_data = "2025c"

    assert await bench.catch_up_zones() == 0


@pytest.mark.parametrize(
    ("states", "expected", "code"),
    [
        ([MessageState.SENT], ScheduledState.SENT, None),
        ([MessageState.DELIVERED, MessageState.SENT], ScheduledState.SENT, None),
        ([MessageState.SENDING], ScheduledState.HANDED_OVER, None),
        ([MessageState.MISSED, MessageState.SENDING], ScheduledState.MISSED, None),
        ([MessageState.CANCELED], ScheduledState.CANCELED, None),
        ([MessageState.SENT, MessageState.FAILED], ScheduledState.REFUSED, "30007"),
        ([MessageState.FAILED, MessageState.SENT], ScheduledState.REFUSED, "30007"),
    ],
)
async def test_the_texts_fate_is_the_schedules(
    bench: Bench, states: list[MessageState], expected: ScheduledState, code: str | None
) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at
    await bench.tick()
    occurrence = await bench.occurrence_of(first.id)

    for state in states:
        failed = "30007" if state is MessageState.FAILED else None
        await bench.follow(an_item(a_state_change(occurrence, state, error_code=failed)))

    now = await seen(bench, first.id, conversation)
    assert (now.state, now.refusal_code) == (expected, code)


async def test_a_refusal_by_the_last_gate_is_listed_with_its_code(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    bench.clock.at = first.due_at
    await bench.tick()
    refused = OccurrenceRefusedV1(
        aggregate_id=conversation,
        sequence=9,
        occurred_at=NOW,
        occurrence_id=await bench.occurrence_of(first.id),
        department_id=DEPARTMENT,
        code="conversation_closed",
    )

    await bench.follow(an_item(refused))

    now = await seen(bench, first.id, conversation)
    assert (now.state, now.refusal_code) == (ScheduledState.REFUSED, "conversation_closed")


async def test_texts_that_nobody_scheduled_cost_no_transaction(bench: Bench) -> None:
    await bench.follow(
        an_item(a_state_change(None, MessageState.SENT)),
        an_item(a_state_change(None, MessageState.DELIVERED)),
    )

    assert await bench.rows("SELECT count(*) FROM inbox") == [(0,)]
