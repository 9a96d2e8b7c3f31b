"""What nobody has is given to a case manager (rule 2.8)."""

import asyncio

import pytest
from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.conversations.events import ConversationChangedV1, MarkerAddedV1
from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.staff import staff

pytestmark = pytest.mark.integration


async def test_the_front_desk_assigns_an_unassigned_conversation(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    thread = await scene.unknown_sender(office)

    reply = await writing.order(
        AssignConversation(asker=desk, conversation_id=thread.id, staff_id=officer.staff_id)
    )

    assert reply.conversation.row.assigned_to.full_name == "Dana Reyes"
    assert not reply.conversation.may_send
    shown = await writing.summary(thread.id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)
    changed, marked = await writing.facts_of(thread.id)
    assert isinstance(changed, ConversationChangedV1)
    assert isinstance(marked, MarkerAddedV1)
    assert (marked.details, marked.by_staff_name) == ({"to_staff": "Dana Reyes"}, "Flo")


async def test_an_administrator_assigns_without_being_shown_a_text(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    theo = await scene.staff("Theo", (Role.ADMINISTRATOR, office))
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    last_texts = []
    for asker in (theo, desk):
        thread = await scene.unknown_sender(office)
        await writing.deliver(a_text(office, thread.number, "It is private"))
        reply = await writing.order(
            AssignConversation(asker=asker, conversation_id=thread.id, staff_id=officer.staff_id)
        )
        last_texts.append(reply.conversation.row.last_text)

    assert last_texts == ["", "It is private"]


async def test_only_one_of_two_assigns_at_once_wins(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    boss = await scene.staff("Sue", (Role.SUPERVISOR, office))
    thread = await scene.unknown_sender(office)

    results = await asyncio.gather(
        *(
            writing.order(
                AssignConversation(asker=boss, conversation_id=thread.id, staff_id=who.staff_id)
            )
            for who in (officer, colleague)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert len(await writing.rows("select 1 from assignment where until is null")) == 1


async def test_who_is_deactivated_in_the_same_moment_is_given_nobody(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    thread = await scene.unknown_sender(office)
    order = AssignConversation(asker=desk, conversation_id=thread.id, staff_id=officer.staff_id)
    async with scene.database.transaction() as tx:
        await tx.execute(
            staff.update().where(staff.c.id == officer.staff_id).values(is_active=False)
        )
        waiting = asyncio.create_task(writing.order(order))
        await until_somebody_waits(scene)

    with pytest.raises(Refused, match="not_a_case_manager"):
        await waiting
    assert (await writing.summary(thread.id)).state == "unassigned"


async def test_a_receiver_must_be_a_case_manager_of_the_department(
    writing: Writing, scene: Scene, office: Place
) -> None:
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    south = await scene.department("Pretrial South")
    stranger = await scene.staff("Pat Low", (Role.CASE_MANAGER, south))
    thread: Thread = await scene.unknown_sender(office)

    with pytest.raises(Refused) as refusal:
        await writing.order(
            AssignConversation(asker=desk, conversation_id=thread.id, staff_id=stranger.staff_id)
        )

    assert refusal.value.code == "not_a_case_manager"
