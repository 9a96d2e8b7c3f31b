from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import (
    MessageStateChangedV1,
    MessageWrittenV1,
    OccurrenceRefusedV1,
)
from clientcomm_contracts.people import Asker
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Lane,
    MessageState,
    Role,
)

pytestmark = pytest.mark.integration


def _due(thread: Thread, author: Asker, **more: Any) -> DueOccurrence:
    fields: dict[str, Any] = {
        "occurrence_id": new_id(),
        "conversation_id": thread.id,
        "staff_id": author.staff_id,
        "body": "Court tomorrow at 9.",
        "due_at": NOON,
    }
    return DueOccurrence(**(fields | more))


def _command(*items: DueOccurrence) -> SendOccurrencesV1:
    return SendOccurrencesV1(items=items)


async def test_a_due_text_is_written_in_its_authors_name_and_handed_over(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    item = _due(thread, officer, not_after=NOON + timedelta(hours=1))

    await writing.deliver(_command(item))

    (written,) = await writing.told(MessageWrittenV1)
    assert (written.author, written.lane) == (Author.SCHEDULE, Lane.AUTOMATIC)
    assert (written.occurrence_id, written.staff_name) == (item.occurrence_id, "Dana Reyes")
    (command,) = await writing.told(SendTextsV1)
    assert command.items[0].not_after == NOON + timedelta(hours=1)
    assert (await writing.summary(thread.id)).last_contact_at == NOON


async def test_a_second_hand_over_changes_nothing(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    item = _due(thread, officer)

    await writing.deliver(_command(item))
    await writing.deliver(_command(item))
    await writing.deliver(_command(item), _command(item))

    assert len(await writing.rows("select 1 from message")) == 1
    assert len(await writing.told(SendTextsV1)) == 1


async def test_a_closed_conversation_refuses_what_falls_due(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    await writing.deliver(_command(_due(closed, officer)))

    (refused,) = await writing.told(OccurrenceRefusedV1)
    assert (refused.aggregate_id, refused.code) == (closed.id, "conversation_closed")
    assert await writing.rows("select 1 from message") == []
    assert (await writing.row("select sequence from conversation")).sequence == refused.sequence


async def test_to_a_phone_that_opted_out_it_is_blocked_and_shown(
    writing: Writing, thread: Thread, officer: Asker, office: Place
) -> None:
    await writing.deliver(an_opt_out(office, thread.number))

    await writing.deliver(_command(_due(thread, officer)))

    row = await writing.row("select state, error_code, position from message")
    assert tuple(row) == ("blocked", "opted_out", None)
    (changed,) = await writing.told(MessageStateChangedV1)
    assert (changed.state, changed.error_code) == (MessageState.BLOCKED, "opted_out")
    assert changed.occurrence_id is not None
    assert await writing.told(SendTextsV1) == []
    assert (await writing.summary(thread.id)).has_delivery_problem


async def test_what_comes_too_late_is_missed_and_never_sent(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker
) -> None:
    scene.clock.at = NOON + timedelta(hours=2)

    await writing.deliver(_command(_due(thread, officer, not_after=NOON + timedelta(hours=1))))

    (changed,) = await writing.told(MessageStateChangedV1)
    assert (changed.state, changed.error_code) == (MessageState.MISSED, "not_after_passed")
    assert await writing.told(SendTextsV1) == []


async def test_after_a_merge_it_goes_to_the_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    absorbed = await scene.thread(office, officer)
    await writing.rows(
        "update conversation set merged_into = :into where id = :id returning 1",
        into=thread.id,
        id=absorbed.id,
    )

    await writing.deliver(_command(_due(absorbed, officer)))

    (written,) = await writing.told(MessageWrittenV1)
    assert (written.aggregate_id, written.number_to) == (thread.id, thread.number)


async def test_after_a_transfer_it_goes_in_the_name_of_who_has_the_client_now(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    thread = await scene.thread(office, colleague)

    await writing.deliver(_command(_due(thread, officer)))

    (written,) = await writing.told(MessageWrittenV1)
    assert (written.staff_id, written.staff_name) == (colleague.staff_id, "Eli Ford")


async def test_in_the_inbox_nothing_goes_out_in_the_name_of_someone_who_is_gone(
    writing: Writing, scene: Scene, office: Place
) -> None:
    gone = await scene.staff("Gus", (Role.CASE_MANAGER, office), is_active=False)
    away = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    desk = await scene.staff("Fay", (Role.FRONT_DESK, office))
    thread = await scene.thread(office, None)

    for author in (gone, away, desk):
        await writing.deliver(_command(_due(thread, author)))

    written = await writing.told(MessageWrittenV1)
    assert [(one.staff_id, one.staff_name) for one in written] == [
        (None, None),
        (None, None),
        (desk.staff_id, "Fay"),
    ]


async def test_what_a_supervisor_scheduled_stays_in_their_name(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    supervisor = await scene.staff("Sue", (Role.SUPERVISOR, office))

    await writing.deliver(_command(_due(thread, supervisor)))

    (written,) = await writing.told(MessageWrittenV1)
    assert written.staff_name == "Sue"


async def test_one_that_is_refused_does_not_stop_the_others(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)
    later = _due(thread, officer, body="two", due_at=NOON + timedelta(seconds=1))
    unknown = _due(thread, officer, conversation_id=new_id())

    await writing.deliver(
        _command(_due(closed, officer), later, unknown, _due(thread, officer, body="one"))
    )

    written = await writing.told(MessageWrittenV1)
    assert [event.body for event in written] == ["one", "two"]
    (command,) = await writing.told(SendTextsV1)
    assert [item.position for item in command.items] == [1, 2]


async def test_a_schedules_newest_state_shows_in_the_list(writing: Writing, thread: Thread) -> None:
    def told(sequence: int, count: int) -> ConversationScheduleChangedV1:
        return ConversationScheduleChangedV1(
            aggregate_id=new_id(),
            sequence=sequence,
            occurred_at=NOON,
            conversation_id=thread.id,
            scheduled_count=count,
        )

    await writing.deliver(told(2, 5), told(1, 4))
    await writing.deliver(told(1, 9))

    shown = await writing.summary(thread.id)
    assert (shown.scheduled_count, shown.schedule_version) == (5, 2)
