"""Texts of unknown senders are attached to clients, or hidden as spam (rule 2.8)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing, a_key, a_text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import AddClient, GetClient
from clientcomm_contracts.conversations.events import (
    ConversationChangedV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
)
from clientcomm_contracts.conversations.inbox import (
    AssignConversation,
    AttachConversation,
    AttachReply,
    BlockSender,
    MaybeBecause,
    SuggestClients,
    UnblockSender,
)
from clientcomm_contracts.conversations.numbers import ListEarlierTexts
from clientcomm_contracts.conversations.reading import Box, ListConversations
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SetOptOutV1
from clientcomm_contracts.values import ConversationState, MarkerKind, Role

pytestmark = pytest.mark.integration


PHONE = "+12125550188"


@pytest.fixture
async def desk(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Fay Desk", (Role.FRONT_DESK, office))


async def _stranger(writing: Writing, office: Place, *bodies: str, sender: str = PHONE) -> Any:
    for minute, body in enumerate(bodies or ("it is me",)):
        at = NOON + timedelta(minutes=minute)
        await writing.deliver(a_text(office, sender, body, at=at))
    row = await writing.row(
        "select id from conversation where sender = :s and merged_into is null", s=sender
    )
    return row.id


async def _attach(
    writing: Writing, asker: Asker, conversation_id: Any, client_id: Any, **more: Any
) -> AttachReply:
    reply: AttachReply = await writing.order(
        AttachConversation(
            asker=asker, conversation_id=conversation_id, client_id=client_id, **more
        )
    )
    return reply


async def test_attached_texts_move_and_the_number_is_the_clients(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office, "new phone", "who reads this?")

    reply = await _attach(writing, desk, stranger, thread.client_id)

    assert (reply.conversation_id, reply.messages_moved) == (thread.id, 3)
    client = (await scene.ask(GetClient(asker=officer, client_id=thread.client_id))).client
    assert {(n.value, n.is_primary) for n in client.numbers} == {
        (thread.number, True),
        (PHONE, False),
    }
    shown = await writing.summary(thread.id)
    assert (shown.unread_count, shown.state) == (2, "open")
    assert "attached" in await scene.shown(officer, thread.id)
    (notice,) = (await writing.told(SendNoticesV1))[0].items
    assert notice.staff_id == officer.staff_id
    await writing.deliver(a_text(office, PHONE, "again"))
    assert (await writing.told(MessageReceivedV1))[-1].aggregate_id == thread.id
    sequences = await writing.sequences(thread.id)
    assert sorted(sequences) == list(range(1, len(sequences) + 1))


async def test_links_to_the_strangers_thread_lead_to_the_client_for_ever(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)
    await _attach(writing, desk, stranger, thread.client_id)

    assert "it is me" in await scene.shown(officer, stranger)
    (merged,) = await writing.told(ConversationsMergedV1)
    assert (merged.aggregate_id, merged.absorbed_id) == (thread.id, stranger)
    last = [e for e in await writing.told(ConversationChangedV1) if e.aggregate_id == stranger][-1]
    assert (last.merged_into, last.sequence) == (thread.id, merged.absorbed_sequence)


async def test_a_closed_client_opens_again_for_who_had_them_last(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    thread = await scene.thread(office, officer, state=ConversationState.CLOSED)
    stranger = await _stranger(writing, office)

    await _attach(writing, desk, stranger, thread.client_id)

    shown = await writing.summary(thread.id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)
    marked = {one.kind for one in await writing.told(MarkerAddedV1)}
    assert MarkerKind.OPENED in marked


async def test_another_departments_client_gets_this_conversation_as_ours(
    writing: Writing, scene: Scene, office: Place, desk: Asker
) -> None:
    court = await scene.department("Pretrial South")
    elsewhere = await scene.staff("Ana Court", (Role.CASE_MANAGER, court))
    theirs = await scene.thread(court, elsewhere)
    stranger = await _stranger(writing, office, sender=theirs.number)

    reply = await _attach(writing, desk, stranger, theirs.client_id)

    assert reply.conversation_id == stranger
    shown = await writing.summary(stranger)
    assert (shown.client_id, shown.state) == (theirs.client_id, "unassigned")
    assert await scene.shown(elsewhere, theirs.id) == []


async def test_a_client_who_never_had_the_number_and_is_not_ours_does_not_exist(
    writing: Writing, scene: Scene, office: Place, desk: Asker
) -> None:
    court = await scene.department("Pretrial South")
    theirs = await scene.thread(court, None)
    stranger = await _stranger(writing, office)

    for client_id in (theirs.client_id, new_id()):
        with pytest.raises(Refused) as refusal:
            await _attach(writing, desk, stranger, client_id)
        assert refusal.value.code == "not_found"


async def test_a_text_from_a_department_is_attached_to_nobody(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    court = await scene.department("Pretrial South")
    thread = await scene.thread(office, officer)
    await writing.deliver(a_text(office, court.number))
    ((stranger,),) = await writing.rows(
        "select id from conversation where sender = :sender", sender=court.number
    )

    with pytest.raises(Refused) as refusal:
        await _attach(writing, desk, stranger, thread.client_id)

    assert refusal.value.code == "number_of_department"


async def test_a_case_manager_attaches_earlier_texts_of_a_number_of_their_client(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)
    assert thread.client_id is not None

    with pytest.raises(Refused) as before:
        await _attach(writing, officer, stranger, thread.client_id)
    await scene.number(thread.client_id, PHONE)
    with pytest.raises(Refused) as others:
        await _attach(writing, colleague, stranger, thread.client_id)
    await _attach(writing, officer, stranger, thread.client_id)

    assert (before.value.code, others.value.code) == ("not_found", "not_found")
    assert "it is me" in await scene.shown(officer, thread.id)


async def test_a_sender_taken_from_the_inbox_joins_who_turns_out_to_be_ones_client(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)
    assert thread.client_id is not None
    await writing.order(
        AssignConversation(asker=desk, conversation_id=stranger, staff_id=officer.staff_id)
    )
    await scene.number(thread.client_id, PHONE)

    earlier = await scene.ask(ListEarlierTexts(asker=officer, client_id=thread.client_id))
    reply = await _attach(writing, officer, stranger, thread.client_id)

    assert [(one.conversation_id, one.texts) for one in earlier.items] == [(stranger, 1)]
    assert (reply.conversation_id, reply.messages_moved) == (thread.id, 2)
    assert "it is me" in await scene.shown(officer, thread.id)
    (left,) = await writing.rows(
        "select count(*) from assignment where conversation_id = :id and until is null", id=stranger
    )
    assert left.count == 0


async def test_only_a_supervisor_joins_a_colleagues_sender_with_another_ones_client(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker, desk: Asker
) -> None:
    boss = await scene.staff("Ines Chief", (Role.SUPERVISOR, office))
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)
    assert thread.client_id is not None
    await writing.order(
        AssignConversation(asker=desk, conversation_id=stranger, staff_id=colleague.staff_id)
    )
    await scene.number(thread.client_id, PHONE)
    codes = []
    for asker in (officer, colleague, desk):
        with pytest.raises(Refused) as refusal:
            await _attach(writing, asker, stranger, thread.client_id)
        codes.append(refusal.value.code)
    offered = [
        await scene.ask(ListEarlierTexts(asker=asker, client_id=thread.client_id))
        for asker in (officer, boss)
    ]

    reply = await _attach(writing, boss, stranger, thread.client_id)

    assert codes == ["not_in_inbox", "not_allowed", "not_found"]
    assert [len(one.items) for one in offered] == [0, 1]
    assert reply.conversation_id == thread.id
    assert (await writing.summary(thread.id)).assigned_to == officer.staff_id


async def test_a_conversation_is_attached_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    chief = await scene.staff("Ines Chief", (Role.SUPERVISOR, office))
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)
    key = a_key()

    first = await _attach(writing, chief, stranger, thread.client_id, repeat_key=key)
    again = await _attach(writing, chief, stranger, thread.client_id, repeat_key=key)
    with pytest.raises(Refused) as refusal:
        await _attach(writing, chief, stranger, thread.client_id)

    assert first == again
    assert refusal.value.code == "not_in_inbox"


async def test_a_text_on_its_way_in_while_attaching_is_in_one_thread(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    thread = await scene.thread(office, officer)
    stranger = await _stranger(writing, office)

    await asyncio.gather(
        _attach(writing, desk, stranger, thread.client_id),
        *(writing.deliver(a_text(office, PHONE, f"{n}")) for n in range(6)),
    )

    rows = await writing.rows(
        "select distinct conversation_id from message where direction = 'inbound'"
    )
    assert [row.conversation_id for row in rows] == [thread.id]


async def test_a_new_client_is_made_from_a_strangers_texts(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    chief = await scene.staff("Ines Chief", (Role.SUPERVISOR, office))
    stranger = await _stranger(writing, office)

    reply = await writing.order(
        AddClient(
            asker=chief,
            first_name="Mia",
            last_name="Stone",
            phone=PHONE,
            from_conversation_id=stranger,
        )
    )

    assert reply.conversation_id == stranger
    assert "it is me" in await scene.shown(chief, stranger)


async def test_clients_are_suggested_by_number_and_found_by_name(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    court = await scene.department("Pretrial South")
    had = await scene.thread(office, officer, first_name="Had", last_name="It")
    has = await scene.thread(court, None, first_name="Has", last_name="It")
    await scene.thread(office, officer, first_name="Bo", last_name="Lane_100%")
    assert had.client_id is not None and has.client_id is not None  # noqa: PT018 - for the types
    await scene.number(had.client_id, PHONE, until=NOON - timedelta(days=200))
    await scene.number(has.client_id, PHONE)
    stranger = await _stranger(writing, office)

    suggested = await scene.ask(SuggestClients(asker=desk, conversation_id=stranger))
    found = await scene.ask(SuggestClients(asker=desk, conversation_id=stranger, q="bo lane_100%"))

    assert [(one.because, one.is_ours) for one in suggested.items] == [
        (MaybeBecause.HAS_NUMBER, False),
        (MaybeBecause.HAD_NUMBER, True),
    ]
    assert [(one.first_name, one.because) for one in found.items][2:] == [
        ("Bo", MaybeBecause.SEARCHED)
    ]
    with pytest.raises(Refused) as refusal:
        await scene.ask(SuggestClients(asker=officer, conversation_id=stranger))
    assert refusal.value.code == "not_found"


async def test_spam_is_hidden_kept_and_comes_back(
    writing: Writing, scene: Scene, office: Place, desk: Asker
) -> None:
    stranger = await _stranger(writing, office, "You have won!")
    inbox = ListConversations(asker=desk, box=Box.UNASSIGNED)

    blocked = await writing.order(BlockSender(asker=desk, conversation_id=stranger))
    await writing.deliver(a_text(office, PHONE, "Click here", at=NOON + timedelta(hours=1)))
    hidden = await scene.ask(inbox)
    found = await scene.ask(inbox.model_copy(update={"state": ConversationState.BLOCKED}))
    back = await writing.order(UnblockSender(asker=desk, conversation_id=stranger))

    assert blocked.conversation.row.state is ConversationState.BLOCKED
    assert (hidden.items, hidden.unread_conversations) == ((), 0)
    assert [row.id for row in found.items] == [stranger]
    assert back.conversation.row.state is ConversationState.UNASSIGNED
    texts = [t for t in await scene.shown(desk, stranger) if t in ("You have won!", "Click here")]
    assert texts == ["You have won!", "Click here"]
    kinds = [marker.kind for marker in await writing.told(MarkerAddedV1)]
    assert kinds == [MarkerKind.BLOCKED, MarkerKind.UNBLOCKED]
    assert await writing.rows("select 1 from opt_out") == []
    assert await writing.told(SetOptOutV1) == []


async def test_blocking_twice_marks_once_and_a_client_is_never_blocked(
    writing: Writing, scene: Scene, office: Place, officer: Asker, desk: Asker
) -> None:
    stranger = await _stranger(writing, office)
    client = await scene.thread(office, None)
    mine = await scene.thread(office, officer)

    for _ in range(2):
        await writing.order(BlockSender(asker=desk, conversation_id=stranger))
    with pytest.raises(Refused) as refusal:
        await writing.order(BlockSender(asker=desk, conversation_id=client.id))
    with pytest.raises(Refused) as not_seen:
        await writing.order(BlockSender(asker=desk, conversation_id=mine.id))
    with pytest.raises(Refused) as not_mine:
        await writing.order(BlockSender(asker=officer, conversation_id=stranger))

    assert refusal.value.code == "not_a_stranger"
    assert (not_seen.value.code, not_mine.value.code) == ("not_found", "not_found")
    assert len(await writing.told(MarkerAddedV1)) == 1
