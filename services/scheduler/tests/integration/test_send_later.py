"""Send later: written, listed, edited, cancelled, within a grant (rules 4.1, 4.2)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from services.scheduler.tests.factories import (
    DEPARTMENT,
    NEW_YORK,
    a_client,
    a_conversation,
    a_department,
    a_grant,
    a_key,
    a_request,
    an_item,
)
from services.scheduler.tests.integration.conftest import Bench

from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    ConversationScheduleChangedV1,
    EditScheduledMessage,
    FindScheduledMessage,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessageChangedV1,
    ScheduledMessageView,
)
from clientcomm_contracts.values import Action, ScheduledState

pytestmark = pytest.mark.integration


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_scheduled_text_is_kept_told_and_counted(bench: Bench) -> None:
    conversation = uuid4()

    reply = await bench.requests.schedule(a_request(conversation))

    view = reply.scheduled_message
    assert view.due_at == datetime(2026, 6, 2, 16, 0, tzinfo=UTC)
    assert (view.state, view.version, view.is_shifted) == (ScheduledState.SCHEDULED, 1, False)
    [event] = await bench.told(ScheduledMessageChangedV1)
    assert (event.aggregate_id, event.sequence, event.body) == (view.id, 1, "See you at nine")
    [summary] = await bench.told(ConversationScheduleChangedV1)
    assert (summary.conversation_id, summary.sequence) == (conversation, 1)
    assert (summary.scheduled_count, summary.next_scheduled_at) == (1, view.due_at)


async def test_the_same_key_schedules_once_and_answers_alike(bench: Bench) -> None:
    conversation, key = uuid4(), a_key("k")

    first = await bench.requests.schedule(a_request(conversation, key=key))
    second = await bench.requests.schedule(a_request(conversation, key=key))

    assert second == first
    assert await bench.rows("SELECT count(*) FROM schedule") == [(1,)]


async def test_the_same_key_for_another_text_is_refused(bench: Bench) -> None:
    conversation = uuid4()
    await bench.requests.schedule(a_request(conversation, key=a_key("k", "one")))

    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(a_request(conversation, key=a_key("k", "two")))

    assert refusal.value.kind == "reused_key"


async def test_a_time_in_the_past_is_refused_beside_its_field(bench: Bench) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(a_request(uuid4(), local_time=at("2026-06-01T07:59")))

    assert (refusal.value.kind, refusal.value.field) == ("invalid", "local_time")
    assert refusal.value.code == "time_in_the_past"
    assert await bench.rows("SELECT count(*) FROM schedule") == [(0,)]


async def test_a_year_ahead_is_the_limit(bench: Bench) -> None:
    conversation = uuid4()
    await bench.requests.schedule(a_request(conversation, local_time=at("2027-06-01T08:00")))

    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(a_request(conversation, local_time=at("2027-06-01T08:01")))

    assert refusal.value.code == "time_too_far_ahead"


async def test_an_unknown_zone_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(a_request(uuid4(), time_zone="Mars/Olympus"))

    assert refusal.value.field == "time_zone"


async def test_the_zone_is_the_conversations_by_default(bench: Bench) -> None:
    """Of a client without a zone of their own it is the department's (rule 2.1)."""
    conversation, client, department = uuid4(), uuid4(), uuid4()
    await bench.follow(
        an_item(a_department(department, time_zone=NEW_YORK)),
        an_item(a_conversation(conversation, client_id=client, department_id=department)),
        an_item(a_client(client)),
    )

    reply = await bench.requests.schedule(a_request(conversation, time_zone=None))

    assert reply.scheduled_message.time_zone == NEW_YORK
    assert reply.scheduled_message.due_at == datetime(2026, 6, 2, 13, 0, tzinfo=UTC)


async def test_without_a_zone_an_unheard_of_conversation_has_to_wait(bench: Bench) -> None:
    with pytest.raises(Unavailable):
        await bench.requests.schedule(a_request(uuid4(), time_zone=None))


async def test_nobody_takes_the_departments_zone_for_an_unheard_of_clients(bench: Bench) -> None:
    conversation = uuid4()
    await bench.follow(
        an_item(a_department(DEPARTMENT)), an_item(a_conversation(conversation, client_id=uuid4()))
    )

    with pytest.raises(Unavailable):
        await bench.requests.schedule(a_request(conversation, time_zone=None))


async def test_a_time_in_the_spring_gap_moves_to_the_first_minute_after(bench: Bench) -> None:
    reply = await bench.requests.schedule(a_request(uuid4(), local_time=at("2027-03-14T02:30")))

    assert reply.scheduled_message.is_shifted
    assert reply.scheduled_message.local_time == at("2027-03-14T02:30")
    assert reply.scheduled_message.due_at == datetime(2027, 3, 14, 10, 0, tzinfo=UTC)


async def test_a_time_in_the_autumn_overlap_is_the_first(bench: Bench) -> None:
    reply = await bench.requests.schedule(a_request(uuid4(), local_time=at("2026-11-01T01:30")))

    assert not reply.scheduled_message.is_shifted
    assert reply.scheduled_message.due_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


async def test_a_time_in_quiet_hours_is_kept_with_a_warning(bench: Bench) -> None:
    conversation, department = uuid4(), uuid4()
    await bench.follow(
        an_item(a_department(department, quiet=("20:00", "07:00"))),
        an_item(a_conversation(conversation, department_id=department)),
    )

    quiet = await bench.requests.schedule(
        a_request(conversation, local_time=at("2026-06-02T20:30"))
    )
    loud = await bench.requests.schedule(a_request(conversation, local_time=at("2026-06-02T19:59")))

    assert (quiet.is_in_quiet_hours, loud.is_in_quiet_hours) == (True, False)


@pytest.mark.parametrize("actions", [(Action.READ,), (Action.EXPORT,), ()])
async def test_scheduling_takes_a_grant_that_allows_it(
    bench: Bench, actions: tuple[Action, ...]
) -> None:
    conversation = uuid4()

    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(
            a_request(conversation, grant=a_grant(conversation, actions=actions))
        )

    assert refusal.value.kind == "not_found"


async def test_another_conversations_grant_finds_nothing(bench: Bench) -> None:
    mine, theirs = uuid4(), uuid4()
    reply = await bench.requests.schedule(a_request(theirs))
    grant, wanted = a_grant(mine), reply.scheduled_message.id

    for attempt in (
        bench.requests.get(GetScheduledMessage(grant=grant, scheduled_message_id=wanted)),
        bench.requests.edit(
            EditScheduledMessage(grant=grant, scheduled_message_id=wanted, body="x")
        ),
        bench.requests.cancel(CancelScheduledMessage(grant=grant, scheduled_message_id=wanted)),
        bench.requests.schedule(a_request(theirs, grant=grant)),
    ):
        with pytest.raises(Refused) as refusal:
            await attempt
        assert refusal.value.kind == "not_found"
    listed = await bench.requests.list(ListScheduledMessages(grant=grant))
    assert listed.items == ()


async def test_find_tells_only_the_conversation(bench: Bench) -> None:
    conversation = uuid4()
    reply = await bench.requests.schedule(a_request(conversation))

    found = await bench.requests.find(
        FindScheduledMessage(scheduled_message_id=reply.scheduled_message.id)
    )

    assert found.conversation_id == conversation
    with pytest.raises(Refused):
        await bench.requests.find(FindScheduledMessage(scheduled_message_id=uuid4()))


async def test_a_list_pages_by_due_time(bench: Bench) -> None:
    conversation = uuid4()
    days = [5, 3, 9, 3, 7]
    made = [
        (
            await bench.requests.schedule(
                a_request(conversation, local_time=at(f"2026-06-0{day}T09:00"))
            )
        )
        for day in days
    ]
    grant, cursor = a_grant(conversation), None
    seen: list[ScheduledMessageView] = []

    while True:
        page = await bench.requests.list(ListScheduledMessages(grant=grant, cursor=cursor, limit=2))
        seen += page.items
        cursor = page.next
        if cursor is None:
            break

    assert [view.due_at.day for view in seen] == sorted(days)
    assert {view.id for view in seen} == {reply.scheduled_message.id for reply in made}


@pytest.mark.parametrize("cursor", ["!", "bm9uZQ==", "MjAyNiAw", "é"])
async def test_an_odd_cursor_is_refused(bench: Bench, cursor: str) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.requests.list(ListScheduledMessages(grant=a_grant(uuid4()), cursor=cursor))

    assert refusal.value.field == "cursor"


async def test_an_edit_moves_text_and_time_and_is_told(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message

    edited = await bench.requests.edit(
        EditScheduledMessage(
            grant=a_grant(conversation),
            scheduled_message_id=first.id,
            body="At ten",
            local_time=at("2026-06-02T10:00"),
        )
    )

    assert edited.scheduled_message.body == "At ten"
    assert edited.scheduled_message.due_at == datetime(2026, 6, 2, 17, 0, tzinfo=UTC)
    assert edited.scheduled_message.version == 2
    summary = (await bench.told(ConversationScheduleChangedV1))[-1]
    assert (summary.sequence, summary.next_scheduled_at.hour) == (2, 17)


async def test_an_edit_into_the_past_changes_nothing(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message

    with pytest.raises(Refused) as refusal:
        await bench.requests.edit(
            EditScheduledMessage(
                grant=a_grant(conversation),
                scheduled_message_id=first.id,
                body="Too late",
                local_time=at("2026-05-02T10:00"),
            )
        )

    assert refusal.value.field == "local_time"
    now = await bench.requests.get(
        GetScheduledMessage(grant=a_grant(conversation), scheduled_message_id=first.id)
    )
    assert now.scheduled_message == first


async def test_cancelling_twice_is_cancelling_once(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    cancel = CancelScheduledMessage(grant=a_grant(conversation), scheduled_message_id=first.id)

    once = await bench.requests.cancel(cancel)
    twice = await bench.requests.cancel(cancel)

    assert once.scheduled_message.state is ScheduledState.CANCELED
    assert twice == once
    listed = await bench.requests.list(ListScheduledMessages(grant=a_grant(conversation)))
    assert listed.items == ()
    past = await bench.requests.list(
        ListScheduledMessages(grant=a_grant(conversation), include_ended=True)
    )
    assert [view.id for view in past.items] == [first.id]
    assert (await bench.told(ConversationScheduleChangedV1))[-1].scheduled_count == 0


@pytest.mark.parametrize("body", [" ", "\x00", "\n\t"])
async def test_a_text_without_words_is_refused(bench: Bench, body: str) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(a_request(uuid4(), body=body))

    assert (refusal.value.code, refusal.value.field) == ("message_empty", "body")


async def test_what_was_cancelled_cannot_be_edited(bench: Bench) -> None:
    conversation = uuid4()
    first = (await bench.requests.schedule(a_request(conversation))).scheduled_message
    grant = a_grant(conversation)
    await bench.requests.cancel(CancelScheduledMessage(grant=grant, scheduled_message_id=first.id))

    with pytest.raises(Refused) as refusal:
        await bench.requests.edit(
            EditScheduledMessage(grant=grant, scheduled_message_id=first.id, body="x")
        )

    assert (refusal.value.code, refusal.value.kind) == ("already_canceled", "conflict")


async def test_nothing_personal_is_in_a_refusal(bench: Bench) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.requests.schedule(
            a_request(UUID(int=5), body="Judge Roe's name", local_time=at("2020-01-01T00:00"))
        )

    assert "Roe" not in f"{refusal.value!r} {refusal.value.sentence} {refusal.value.details}"
