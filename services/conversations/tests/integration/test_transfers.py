from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Event, Request
from clientcomm_contracts.conversations.caseload import TransferConversation, TransferConversations
from clientcomm_contracts.conversations.events import ConversationChangedV1, MarkerAddedV1
from clientcomm_contracts.conversations.reading import GetConversation, GetThread
from clientcomm_contracts.conversations.views import MarkerView
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Author, ConversationState, Lane, MarkerKind, Role
from clientcomm_conversations.adapters.tables.conversations import assignment

pytestmark = pytest.mark.integration


@pytest.fixture
async def eli(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))


def a_transfer(asker: Asker, thread: Thread, to: Asker, **more: object) -> TransferConversation:
    return TransferConversation.model_validate(
        {"asker": asker, "conversation_id": thread.id, "staff_id": to.staff_id, **more}
    )


async def refusal(writing: Writing, request: Request[Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        await writing.order(request)
    return refused.value


async def test_the_whole_thread_moves_and_the_sender_loses_access(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.deliver(a_text(office, thread.number, "before"))

    reply = await writing.order(a_transfer(officer, thread, eli, note="Call him in the morning."))

    assert reply.conversation.row.assigned_to.full_name == "Eli Ford"
    assert not reply.conversation.may_send
    asked = GetThread(asker=eli, conversation_id=thread.id)
    shown = (await scene.ask(asked)).items
    assert shown[0].body == "before"
    marker = shown[1]
    assert isinstance(marker, MarkerView)
    assert marker.marker is MarkerKind.TRANSFERRED
    assert marker.details == {"from_staff": "Dana Reyes", "to_staff": "Eli Ford"}
    with pytest.raises(Refused, match="not_found"):
        await scene.ask(GetConversation(asker=officer, conversation_id=thread.id))


async def test_unread_stays_unread_for_the_receiver(
    writing: Writing, office: Place, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.deliver(a_text(office, thread.number, "one"))
    await writing.deliver(a_text(office, thread.number, "two"))

    await writing.order(a_transfer(officer, thread, eli))

    summary = await writing.summary(thread.id)
    assert (summary.unread_count, summary.assigned_to) == (2, eli.staff_id)


async def test_the_receiver_gets_one_e_mail_with_the_note_and_no_text(
    writing: Writing, office: Place, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.deliver(a_text(office, thread.number, "a secret"))

    await writing.order(a_transfer(officer, thread, eli, note="Call him in the morning."))

    [command] = await writing.told(SendNoticesV1)
    [notice] = command.items
    assert (notice.kind, notice.staff_id) == (NoticeKind.TRANSFERRED, eli.staff_id)
    assert notice.conversation_id == thread.id
    assert notice.details == {
        "by": "Dana Reyes",
        "count": "1",
        "client": "Ada Q",
        "note": "Call him in the morning.",
    }


async def test_the_facts_name_the_new_case_manager_without_a_gap(
    writing: Writing, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.order(a_transfer(officer, thread, eli))
    await writing.order(a_transfer(eli, thread, officer))

    told: list[Event] = await writing.facts_of(thread.id)
    assert [type(fact) for fact in told] == [ConversationChangedV1, MarkerAddedV1] * 2
    assert [fact.sequence for fact in told] == [1, 2, 3, 4]
    changed = [fact.assigned_to for fact in told if isinstance(fact, ConversationChangedV1)]
    assert changed == [eli.staff_id, officer.staff_id]


async def test_history_says_who_had_the_client_when(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.order(a_transfer(officer, thread, eli, note="first"))
    scene.clock.at += timedelta(hours=1)
    await writing.order(a_transfer(eli, thread, officer, note="back"))

    rows = await writing.rows("select staff_id, since, until, note from assignment order by since")
    assert [(row.staff_id, row.note) for row in rows] == [
        (eli.staff_id, "first"),
        (officer.staff_id, "back"),
    ]
    assert rows[0].until == rows[1].since
    assert rows[1].until is None


async def test_a_repeated_order_transfers_once(
    writing: Writing, thread: Thread, officer: Asker, eli: Asker
) -> None:
    key = a_key("transfer")
    first = await writing.order(a_transfer(officer, thread, eli, repeat_key=key))
    again = await writing.order(a_transfer(officer, thread, eli, repeat_key=key))

    assert again == first
    assert len(await writing.told(SendNoticesV1)) == 1


async def test_scenario_33_to_whom_has_the_client_already_nothing_happens(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    supervisor = await scene.staff("Sam Vale", (Role.SUPERVISOR, office))

    refused = await refusal(writing, a_transfer(supervisor, thread, officer))

    assert (refused.code, refused.field) == ("already_theirs", "staff_id")
    assert not await writing.told(SendNoticesV1)
    assert not await writing.facts_of(thread.id)


async def test_only_an_active_case_manager_of_the_department_receives(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    gone = await scene.staff("Gus", (Role.CASE_MANAGER, office), is_active=False)
    desk = await scene.staff("Fay", (Role.FRONT_DESK, office))
    other = await scene.staff("Olu", (Role.CASE_MANAGER, elsewhere))

    for receiver in (gone, desk, other, Asker(staff_id=new_id())):
        refused = await refusal(writing, a_transfer(officer, thread, receiver))
        assert (refused.code, refused.field) == ("not_a_case_manager", "staff_id")


async def test_who_may_transfer(
    writing: Writing, scene: Scene, office: Place, thread: Thread, eli: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    stranger = await scene.staff("Sue", (Role.SUPERVISOR, elsewhere))
    desk = await scene.staff("Fay", (Role.FRONT_DESK, office))
    auditor = await scene.staff("Al", (Role.AUDITOR, office))
    administrator = await scene.staff("Ann", (Role.ADMINISTRATOR, office))

    answers = [
        (await refusal(writing, a_transfer(asker, thread, eli))).kind
        for asker in (stranger, desk, eli, auditor)
    ]
    reply = await writing.order(a_transfer(administrator, thread, eli))

    assert answers == ["not_found", "not_found", "not_found", "not_allowed"]
    assert reply.conversation.row.assigned_to.id == eli.staff_id
    assert reply.conversation.row.last_text == ""


async def test_a_closed_conversation_is_opened_before_it_is_transferred(
    writing: Writing, scene: Scene, office: Place, officer: Asker, eli: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    assert (await refusal(writing, a_transfer(officer, closed, eli))).code == "conversation_closed"


async def test_the_client_is_told_in_their_language_if_wanted(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, eli: Asker
) -> None:
    await writing.order(a_transfer(officer, thread, eli, tell_client=True))

    [command] = await writing.told(SendTextsV1)
    [text] = command.items
    assert text.number_to == thread.number
    assert text.body.startswith("Probation North: Eli Ford is your case manager now.")
    assert text.quiet is not None
    shown = (await scene.ask(GetThread(asker=eli, conversation_id=thread.id))).items
    assert shown[-1].author is Author.AUTOMATIC
    assert (await writing.summary(thread.id)).last_contact_at is None


async def test_the_receiver_is_reminded_to_introduce_themselves_until_they_wrote(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker, eli: Asker
) -> None:
    supervisor = await scene.staff("Sam Vale", (Role.SUPERVISOR, office))
    had = {"id": new_id(), "conversation_id": thread.id, "staff_id": officer.staff_id}
    await scene.put(assignment, [{**had, "since": NOON - timedelta(days=9)}])
    await writing.order(a_transfer(officer, thread, eli, note="Likes to be called Al."))
    asked = GetConversation(asker=eli, conversation_id=thread.id)

    introduction = (await scene.ask(asked)).conversation.introduction
    seen = await scene.ask(GetConversation(asker=supervisor, conversation_id=thread.id))
    scene.clock.at = NOON + timedelta(minutes=1)
    await writing.send(eli, thread, "Hello, I am Eli.")

    assert (introduction.from_staff, introduction.note) == ("Dana Reyes", "Likes to be called Al.")
    assert seen.conversation.introduction is None
    assert (await scene.ask(asked)).conversation.introduction is None


async def test_many_go_together_and_the_others_are_named_with_the_reason(
    writing: Writing, scene: Scene, office: Place, officer: Asker, eli: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    pia = await scene.staff("Pia", (Role.CASE_MANAGER, office), (Role.CASE_MANAGER, elsewhere))
    mine = [
        await scene.thread(office, pia, unread_count=2, scheduled_count=1),
        await scene.thread(office, pia),
    ]
    closed = await scene.thread(office, pia, state=ConversationState.CLOSED)
    colleagues = await scene.thread(office, officer)
    other = await scene.thread(elsewhere, pia)
    nobodys = new_id()
    asked = (mine[0].id, closed.id, mine[1].id, colleagues.id, other.id, nobodys, mine[0].id)
    order = TransferConversations(
        asker=pia, conversation_ids=asked, staff_id=eli.staff_id, note="On leave"
    )

    preview = await writing.order(order.model_copy(update={"is_preview": True}))
    assert await writing.told(ConversationChangedV1) == []
    reply = await writing.order(order)

    assert set(reply.done) == {mine[0].id, mine[1].id}
    assert {one.conversation_id: one.code for one in reply.left_out} == {
        closed.id: "closed",
        colleagues.id: "not_yours",
        other.id: "other_department",
        nobodys: "not_yours",
    }
    assert (reply.moves.conversations, reply.moves.unread_texts) == (2, 2)
    assert reply.moves.scheduled_texts == 1
    assert (preview.moves, preview.left_out) == (reply.moves, reply.left_out)
    [command] = await writing.told(SendNoticesV1)
    assert command.items[0].details == {"by": "Pia", "count": "2", "note": "On leave"}
    assert command.items[0].conversation_id is None


async def test_many_clients_are_told_behind_replies_and_reminders_and_who_opted_out_is_not(
    writing: Writing, scene: Scene, office: Place, officer: Asker, eli: Asker
) -> None:
    threads = [await scene.thread(office, officer) for _ in range(3)]
    await writing.deliver(an_opt_out(office, threads[2].number))
    ids = tuple(one.id for one in threads)

    await writing.order(
        TransferConversations(
            asker=officer, conversation_ids=ids, staff_id=eli.staff_id, tell_clients=True
        )
    )

    [command] = await writing.told(SendTextsV1)
    assert {text.number_to for text in command.items} == {one.number for one in threads[:2]}
    assert {text.lane for text in command.items} == {Lane.BULK}
    for thread in threads:
        sequences = await writing.sequences(thread.id)
        assert sequences == list(range(1, len(sequences) + 1))


async def test_if_nobody_is_left_to_go_it_is_refused(
    writing: Writing, thread: Thread, eli: Asker, officer: Asker
) -> None:
    order = TransferConversations(
        asker=eli, conversation_ids=(thread.id,), staff_id=officer.staff_id
    )

    refused = await refusal(writing, order)

    assert (refused.code, refused.kind) == ("nothing_to_do", "conflict")
    assert refused.details == {"left_out": {str(thread.id): "not_yours"}}
