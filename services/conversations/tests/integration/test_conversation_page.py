from datetime import timedelta
from itertools import pairwise

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread, a_number

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.reading import GetConversation, GetThread
from clientcomm_contracts.conversations.rights import GetGrant
from clientcomm_contracts.conversations.views import ConversationView
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Action, ConversationState, Role
from clientcomm_conversations.adapters.tables.clients import client
from clientcomm_conversations.adapters.tables.consent import opt_out
from clientcomm_conversations.adapters.tables.conversations import (
    conversation,
    conversation_summary,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def here(scene: Scene) -> Place:
    return await scene.department("Pretrial")


@pytest.fixture
async def dana(scene: Scene, here: Place) -> Asker:
    return await scene.staff("Dana", (Role.CASE_MANAGER, here))


async def shown(scene: Scene, asker: Asker, thread: Thread) -> ConversationView:
    reply = await scene.ask(GetConversation(asker=asker, conversation_id=thread.id))
    view = reply.conversation
    assert isinstance(view, ConversationView)
    return view


async def opt_out_of(scene: Scene, place: Place, number: str) -> None:
    row = {"department_id": place.id, "number": number, "is_opted_out": True, "since": NOON}
    await scene.put(opt_out, [row])


async def test_the_primary_number_is_preselected_before_any_text(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    assert thread.client_id is not None
    second = a_number()
    await scene.number(thread.client_id, second)

    view = await shown(scene, dana, thread)

    assert [(n.value, n.is_preselected) for n in view.numbers] == [
        (thread.number, True),
        (second, False),
    ]
    assert view.may_send
    assert view.cannot_send_because is None


async def test_the_number_last_texted_from_is_preselected(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    assert thread.client_id is not None
    second = a_number()
    await scene.number(thread.client_id, second)
    await scene.change(conversation, thread.id, last_inbound_number=second)

    view = await shown(scene, dana, thread)

    assert [n.value for n in view.numbers if n.is_preselected] == [second]


async def test_nothing_is_preselected_after_a_text_from_a_former_number(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    assert thread.client_id is not None
    former = a_number()
    await scene.number(thread.client_id, former, until=NOON - timedelta(days=9))
    await scene.change(
        conversation, thread.id, last_inbound_number=former, last_inbound_was_former=True
    )

    view = await shown(scene, dana, thread)

    assert [(n.value, n.is_former) for n in view.numbers] == [
        (thread.number, False),
        (former, True),
    ]
    assert not any(n.is_preselected for n in view.numbers)


async def test_an_opted_out_number_turns_the_composer_off_with_words(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    await opt_out_of(scene, here, thread.number)

    view = await shown(scene, dana, thread)

    assert [n.is_opted_out for n in view.numbers] == [True]
    assert not view.may_send
    assert "opted out" in (view.cannot_send_because or "")


async def test_an_opt_out_of_another_department_counts_only_there(
    scene: Scene, here: Place, dana: Asker
) -> None:
    there = await scene.department("Probation")
    thread = await scene.thread(here, dana)
    await opt_out_of(scene, there, thread.number)

    assert (await shown(scene, dana, thread)).may_send


async def test_a_shared_phone_names_the_other_clients_of_this_department_only(
    scene: Scene, here: Place, dana: Asker
) -> None:
    there = await scene.department("Probation")
    thread = await scene.thread(here, dana)
    for place, first_name in ((here, "Ida"), (there, "Secret")):
        other = await scene.thread(place, None, first_name=first_name, last_name="Moss")
        assert other.client_id is not None
        await scene.number(other.client_id, thread.number)
    await scene.message(thread, "who is this", NOON)

    view = await shown(scene, dana, thread)
    bubbles = await scene.ask(GetThread(asker=dana, conversation_id=thread.id))

    assert [n.shared_with for n in view.numbers] == [("Ida Moss",)]
    assert [item.shared_with for item in bubbles.items] == [("Ida Moss",)]


async def test_the_client_shows_that_another_department_has_them_and_who_is_assigned(
    scene: Scene, here: Place, dana: Asker
) -> None:
    there = await scene.department("Probation")
    owen = await scene.staff("Owen", (Role.CASE_MANAGER, there))
    thread = await scene.thread(here, dana)
    assert thread.client_id is not None
    theirs = await scene.thread(there, owen, client_id=thread.client_id)
    await scene.change(conversation, thread.id, notes="ours")
    await scene.change(conversation, theirs.id, notes="theirs")

    mine = (await scene.ask(GetClient(asker=dana, client_id=thread.client_id))).client
    other = (await scene.ask(GetClient(asker=owen, client_id=thread.client_id))).client

    assert [(e.department_name, e.assigned_to.full_name) for e in mine.elsewhere] == [
        ("Probation", "Owen")
    ]
    assert (mine.notes, other.notes) == ("ours", "theirs")
    assert (mine.conversation_id, other.conversation_id) == (thread.id, theirs.id)


async def test_links_to_a_merged_conversation_and_client_reach_the_survivor_for_ever(
    scene: Scene, here: Place, dana: Asker
) -> None:
    survivor = await scene.thread(here, dana)
    absorbed = [await scene.thread(here, dana) for _ in range(2)]
    chain = [*absorbed, survivor]
    for merged, into in pairwise(chain):
        assert merged.client_id is not None
        await scene.change(conversation, merged.id, merged_into=into.id)
        await scene.change(client, merged.client_id, merged_into=into.client_id)
    await scene.message(survivor, "hello", NOON)

    view = await shown(scene, dana, absorbed[0])
    thread = await scene.ask(GetThread(asker=dana, conversation_id=absorbed[0].id))
    seen = await scene.ask(GetClient(asker=dana, client_id=absorbed[0].client_id))
    grant = await scene.ask(
        GetGrant(asker=dana, conversation_id=absorbed[1].id, actions=frozenset({Action.EXPORT}))
    )

    assert (view.row.id, view.redirected_from) == (survivor.id, absorbed[0].id)
    assert set(view.merged_from) == {merged.id for merged in absorbed}
    assert [item.conversation_id for item in thread.items] == [survivor.id]
    assert seen.client.id == survivor.client_id
    assert grant.grant.conversation_ids == {thread.id for thread in chain}


async def test_an_unknown_sender_is_answered_at_what_they_texted_from(
    scene: Scene, here: Place
) -> None:
    desk = await scene.staff("Desk", (Role.FRONT_DESK, here))
    person = await scene.unknown_sender(here)
    machine = await scene.unknown_sender(here, sender="72345")

    answerable = await shown(scene, desk, person)
    not_answerable = await shown(scene, desk, machine)

    assert [(n.id, n.value, n.is_preselected) for n in answerable.numbers] == [
        (None, person.number, True)
    ]
    assert (answerable.may_send, answerable.may_assign, answerable.moves_read_position) == (
        True,
        True,
        True,
    )
    assert not not_answerable.may_send
    assert answerable.client is None


async def test_what_the_asker_may_do_follows_their_role(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    supervisor = await scene.staff("Joan", (Role.SUPERVISOR, here))
    auditor = await scene.staff("Ruth", (Role.AUDITOR, here))

    views = [await shown(scene, asker, thread) for asker in (dana, supervisor, auditor)]

    assert [view.may_send for view in views] == [True, True, False]
    assert [view.moves_read_position for view in views] == [True, False, False]
    assert views[2].cannot_send_because is not None


async def test_reading_by_a_supervisor_or_auditor_changes_nothing(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana, unread_count=1)
    await scene.message(thread, "please call", NOON)

    async def rows() -> object:
        async with scene.database.transaction() as tx:
            return [
                (await tx.execute(table.select())).all()
                for table in (conversation, conversation_summary)
            ]

    before = await rows()
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        asker = await scene.staff(role.value, (role, here))
        await shown(scene, asker, thread)
        await scene.ask(GetThread(asker=asker, conversation_id=thread.id))

    assert await rows() == before


async def test_a_grant_holds_the_allowed_ones_of_the_wanted_actions(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    auditor = await scene.staff("Ruth", (Role.AUDITOR, here))
    everything = frozenset(Action)

    async def granted(asker: Asker, wanted: frozenset[Action] = everything) -> frozenset[Action]:
        reply = await scene.ask(GetGrant(asker=asker, conversation_id=thread.id, actions=wanted))
        actions: frozenset[Action] = reply.grant.actions
        return actions

    assert await granted(dana) == everything
    assert await granted(auditor) == {Action.READ, Action.EXPORT}
    with pytest.raises(Refused, match="not_allowed"):
        await granted(auditor, frozenset({Action.SCHEDULE}))


async def test_a_conversation_comes_with_the_grant_that_was_asked_for(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    closed = await scene.thread(here, dana, state=ConversationState.CLOSED)
    auditor = await scene.staff("Ruth", (Role.AUDITOR, here))

    async def granted(asker: Asker, asked: Thread, *actions: Action) -> frozenset[Action] | None:
        reply = await scene.ask(
            GetConversation(asker=asker, conversation_id=asked.id, grant_for=frozenset(actions))
        )
        return reply.grant and frozenset(reply.grant.actions)

    assert await granted(dana, thread) is None
    asked = await granted(dana, thread, Action.READ, Action.SCHEDULE)
    assert asked == frozenset((Action.READ, Action.SCHEDULE))
    assert await granted(auditor, thread, Action.SCHEDULE) is None
    assert await granted(dana, closed, Action.SCHEDULE) is None


async def test_nothing_is_scheduled_into_a_closed_conversation(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana, state=ConversationState.CLOSED)
    both = frozenset({Action.READ, Action.SCHEDULE})

    reply = await scene.ask(GetGrant(asker=dana, conversation_id=thread.id, actions=both))

    assert reply.grant.actions == {Action.READ}
    assert (reply.title, reply.time_zone) == ("Ada Quist", "America/Chicago")
    with pytest.raises(Refused, match="conversation_closed"):
        await scene.ask(
            GetGrant(asker=dana, conversation_id=thread.id, actions=frozenset({Action.SCHEDULE}))
        )


async def test_what_does_not_exist_is_not_found(scene: Scene, dana: Asker) -> None:
    for question in (
        GetConversation(asker=dana, conversation_id=new_id()),
        GetThread(asker=dana, conversation_id=new_id()),
        GetClient(asker=dana, client_id=new_id()),
    ):
        with pytest.raises(Refused, match="not_found"):
            await scene.ask(question)


async def test_who_has_the_client_elsewhere_is_named_until_it_is_closed_there(
    scene: Scene, here: Place, dana: Asker
) -> None:
    thread = await scene.thread(here, dana)
    states = {"Court": ConversationState.OPEN, "Treatment": ConversationState.CLOSED}
    for name, state in states.items():
        place = await scene.department(name)
        officer = await scene.staff(f"{name} officer", (Role.CASE_MANAGER, place))
        await scene.thread(place, officer, client_id=thread.client_id, state=state)

    view = await shown(scene, dana, thread)

    assert view.client is not None
    assert [
        (one.department_name, one.assigned_to and one.assigned_to.full_name, one.is_closed)
        for one in view.client.elsewhere
    ] == [("Court", "Court officer", False), ("Treatment", None, True)]
