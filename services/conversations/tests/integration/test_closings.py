import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.caseload import (
    CloseConversation,
    CloseConversations,
    ReopenConversation,
    TransferConversation,
)
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.departments import CloseDepartment
from clientcomm_contracts.conversations.events import (
    ConversationChangedV1,
    MarkerAddedV1,
    OccurrenceRefusedV1,
    ReadPositionMovedV1,
)
from clientcomm_contracts.conversations.inbox import BlockSender, UnblockSender
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import Author, ConversationState, MarkerKind, Role
from clientcomm_conversations.adapters.requests_departments import department_handlers
from clientcomm_conversations.adapters.tables.departments import department, organisation, outcome
from clientcomm_conversations.adapters.tables.staff import staff

pytestmark = pytest.mark.integration


@pytest.fixture
async def supervisor(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Sam Vale", (Role.SUPERVISOR, office))


async def an_outcome(scene: Scene, office: Place, name: str, **more: object) -> dict[str, object]:
    row = {"id": new_id(), "department_id": office.id, "name": name, **more}
    await scene.put(outcome, [row])
    return row


def a_closing(asker: Asker, thread: Thread, **more: object) -> CloseConversation:
    return CloseConversation.model_validate({"asker": asker, "conversation_id": thread.id, **more})


async def refusal(writing: Writing, request: Request[Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        await writing.order(request)
    return refused.value


async def test_closing_keeps_the_outcome_marks_all_read_and_stays_readable(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    done = await an_outcome(scene, office, "Supervision completed")
    await writing.deliver(a_text(office, thread.number, "thanks"))

    reply = await writing.order(a_closing(officer, thread, outcome_id=done["id"]))

    shown = reply.conversation
    assert (shown.row.state, shown.row.unread_count) == (ConversationState.CLOSED, 0)
    assert (shown.may_send, shown.may_close, shown.may_reopen) == (False, False, True)
    row = await writing.row("select * from conversation where id = :id", id=thread.id)
    assert (row.outcome_id, row.closed_by, row.closed_at) == (done["id"], officer.staff_id, NOON)
    [moved] = await writing.told(ReadPositionMovedV1)
    assert moved.unread_count == 0
    [marker] = await writing.told(MarkerAddedV1)
    assert (marker.kind, marker.details) == (
        MarkerKind.CLOSED,
        {"outcome": "Supervision completed"},
    )
    assert await writing.sequences(thread.id) == [1, 2, 3, 4]


async def test_a_text_that_was_not_shown_yet_is_not_marked_read_unseen(
    writing: Writing, office: Place, thread: Thread, officer: Asker
) -> None:
    await writing.deliver(a_text(office, thread.number, "one"))
    await writing.deliver(a_text(office, thread.number, "I need help"))

    refused = await refusal(writing, a_closing(officer, thread, unread_shown=1))

    assert refused.code == "texts_arrived"
    assert (await writing.summary(thread.id)).unread_count == 2
    await writing.order(a_closing(officer, thread, unread_shown=2))


async def test_without_a_choice_the_departments_default_outcome_is_taken(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    await an_outcome(scene, office, "Absconded", place=1)
    await an_outcome(scene, office, "Finished", place=2, is_default=True)

    await writing.order(a_closing(officer, thread))

    [marker] = await writing.told(MarkerAddedV1)
    assert marker.details == {"outcome": "Finished"}


async def test_an_outcome_of_another_department_or_no_longer_offered_is_refused(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    theirs = await an_outcome(scene, elsewhere, "Acquitted")
    old = await an_outcome(scene, office, "Old one", is_offered=False)

    for one in (theirs["id"], old["id"], new_id()):
        refused = await refusal(writing, a_closing(officer, thread, outcome_id=one))
        assert (refused.code, refused.field) == ("unknown_outcome", "outcome_id")


async def test_what_waits_to_go_by_itself_is_withdrawn_and_a_farewell_is_not(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker
) -> None:
    occurrence = DueOccurrence(
        occurrence_id=new_id(),
        conversation_id=thread.id,
        staff_id=officer.staff_id,
        body="Court tomorrow",
        due_at=NOON,
    )
    await writing.deliver(SendOccurrencesV1(items=(occurrence,)))
    scheduled = await writing.row("select id from message where author = :a", a=Author.SCHEDULE)
    await writing.send(officer, thread, "All the best.")

    await writing.order(a_closing(officer, thread))

    [command] = await writing.told(WithdrawTextsV1)
    assert command.message_ids == (scheduled.id,)
    late = occurrence.model_copy(update={"occurrence_id": new_id()})
    await writing.deliver(SendOccurrencesV1(items=(late,)))
    [refused] = await writing.told(OccurrenceRefusedV1)
    assert refused.code == "conversation_closed"


async def test_a_later_text_opens_it_again_for_who_had_it(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    done = await an_outcome(scene, office, "Finished", is_default=True)
    await writing.order(a_closing(officer, thread, outcome_id=done["id"]))

    scene.clock.at = NOON + timedelta(days=200)
    await writing.deliver(a_text(office, thread.number, "me again", at=scene.clock.at))

    row = await writing.row("select * from conversation where id = :id", id=thread.id)
    assert (row.state, row.assigned_to) == (ConversationState.OPEN, officer.staff_id)
    assert (row.closed_at, row.closed_by, row.outcome_id) == (None, None, None)
    assert (await writing.summary(thread.id)).unread_count == 1


async def test_opened_by_hand_it_is_its_last_case_managers(
    writing: Writing, thread: Thread, officer: Asker, supervisor: Asker
) -> None:
    await writing.order(a_closing(officer, thread))

    reply = await writing.order(ReopenConversation(asker=supervisor, conversation_id=thread.id))

    assert reply.conversation.row.state is ConversationState.OPEN
    assert reply.conversation.row.assigned_to.id == officer.staff_id
    markers = await writing.told(MarkerAddedV1)
    assert [marker.kind for marker in markers] == [MarkerKind.CLOSED, MarkerKind.OPENED]
    refused = await refusal(
        writing, ReopenConversation(asker=supervisor, conversation_id=thread.id)
    )
    assert refused.code == "not_closed"


async def test_opened_by_hand_it_goes_to_the_inbox_if_its_case_manager_is_gone(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, supervisor: Asker
) -> None:
    await writing.order(a_closing(officer, thread))
    await scene.change(staff, officer.staff_id, is_active=False)

    reply = await writing.order(ReopenConversation(asker=supervisor, conversation_id=thread.id))

    assert reply.conversation.row.state is ConversationState.UNASSIGNED
    assert reply.conversation.row.assigned_to is None


async def test_in_a_closed_department_nothing_opens_again(
    writing: Writing, scene: Scene, office: Place, thread: Thread, supervisor: Asker
) -> None:
    spam = await scene.unknown_sender(office)
    await writing.order(BlockSender(asker=supervisor, conversation_id=spam.id))
    await writing.order(a_closing(supervisor, thread))
    await scene.change(department, office.id, is_closed=True)

    opening = await refusal(
        writing, ReopenConversation(asker=supervisor, conversation_id=thread.id)
    )
    unblocking = await refusal(writing, UnblockSender(asker=supervisor, conversation_id=spam.id))
    closed = (
        await scene.ask(GetConversation(asker=supervisor, conversation_id=thread.id))
    ).conversation
    blocked = (
        await scene.ask(GetConversation(asker=supervisor, conversation_id=spam.id))
    ).conversation

    assert (opening.code, opening.kind) == (unblocking.code, unblocking.kind)
    assert (opening.code, opening.kind) == ("department_closed", "conflict")
    assert closed.cannot_send_because == blocked.cannot_send_because == opening.sentence
    assert not closed.may_reopen
    assert not blocked.may_block


async def test_who_opens_one_while_the_department_closes_comes_first_or_is_refused(
    writing: Writing, scene: Scene, office: Place, thread: Thread, supervisor: Asker
) -> None:
    await scene.put(organisation, [{"id": new_id(), "name": "Elm County", "created_at": NOON}])
    chief = await scene.staff("Ann", (Role.ADMINISTRATOR, None))
    await writing.order(a_closing(supervisor, thread))
    departments = department_handlers(scene.database, writing.writers)

    outcomes = await asyncio.gather(
        writing.order(ReopenConversation(asker=supervisor, conversation_id=thread.id)),
        departments[CloseDepartment](CloseDepartment(asker=chief, department_id=office.id)),
        return_exceptions=True,
    )

    codes = [getattr(outcome, "code", "done") for outcome in outcomes]
    assert codes in (["done", "still_active"], ["department_closed", "done"])


async def test_who_may_close_and_open(
    writing: Writing, scene: Scene, office: Place, thread: Thread, supervisor: Asker
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    desk = await scene.staff("Fay", (Role.FRONT_DESK, office))
    auditor = await scene.staff("Al", (Role.AUDITOR, office))
    administrator = await scene.staff("Ann", (Role.ADMINISTRATOR, office))
    askers = (colleague, desk, auditor, administrator)

    closing = [(await refusal(writing, a_closing(asker, thread))).kind for asker in askers]
    await writing.order(a_closing(supervisor, thread))
    opening = [
        (await refusal(writing, ReopenConversation(asker=asker, conversation_id=thread.id))).kind
        for asker in askers
    ]

    assert closing == opening == ["not_found", "not_found", "not_allowed", "not_allowed"]


async def test_a_repeated_order_closes_once(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    key = a_key("close")

    first = await writing.order(a_closing(officer, thread, repeat_key=key))
    again = await writing.order(a_closing(officer, thread, repeat_key=key))

    assert first == again
    assert len(await writing.told(MarkerAddedV1)) == 1
    assert (await refusal(writing, a_closing(officer, thread))).code == "conversation_closed"


async def test_many_are_closed_together_and_the_others_are_named(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    mine = [
        await scene.thread(office, officer, unread_count=3, scheduled_count=2) for _ in range(2)
    ]
    theirs = await scene.thread(office, colleague)
    order = CloseConversations(
        asker=officer, conversation_ids=(*(one.id for one in mine), theirs.id), unread_shown=6
    )

    preview = await writing.order(order.model_copy(update={"is_preview": True}))
    assert await writing.told(ConversationChangedV1) == []
    reply = await writing.order(order)

    assert set(reply.done) == {one.id for one in mine}
    assert [one.code for one in reply.left_out] == ["not_yours"]
    assert (reply.moves.unread_texts, reply.moves.scheduled_texts) == (6, 4)
    assert preview.moves == reply.moves
    for one in mine:
        assert (await writing.summary(one.id)).is_unread is False


async def test_after_a_transfer_the_closing_is_the_receivers(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    eli = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    await writing.order(
        TransferConversation(asker=officer, conversation_id=thread.id, staff_id=eli.staff_id)
    )

    assert (await refusal(writing, a_closing(officer, thread))).kind == "not_found"
    await writing.order(a_closing(eli, thread))
    asked = GetConversation(asker=eli, conversation_id=thread.id)
    assert (await scene.ask(asked)).conversation.row.state is ConversationState.CLOSED
