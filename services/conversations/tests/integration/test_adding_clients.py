"""Clients are added, and known numbers noticed (rule 2.4)."""

import asyncio
from typing import Any

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import Writing, a_key, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import AddClient, AddedClient, Resolve
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, MarkerKind, Role
from clientcomm_conversations.adapters.tables.staff import staff

pytestmark = pytest.mark.integration


async def _add(writing: Writing, asker: Asker, phone: str = "(212) 555-0188", **more: Any) -> Any:
    request = AddClient(
        asker=asker, phone=phone, **({"first_name": "Mia", "last_name": "Stone"} | more)
    )
    return await writing.order(request)


async def _refusal(writing: Writing, asker: Asker, phone: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await _add(writing, asker, phone, **more)
    return refusal.value


async def test_a_new_client_is_mine_and_can_be_found(
    writing: Writing, officer: Asker, office: Place
) -> None:
    reply = await _add(writing, officer, notes="walks in", consent_how="signed form", id_number="7")

    assert reply.outcome is AddedClient.CREATED
    shown = await writing.summary(reply.conversation_id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)
    assert (shown.primary_number, shown.sort_name) == ("+12125550188", "stone mia")
    assert "mia" in shown.search_text
    (client,) = await writing.told(ClientChangedV1)
    assert (client.aggregate_id, client.sequence) == (reply.client_id, 1)
    assert (client.numbers[0].value, client.numbers[0].is_primary) == ("+12125550188", True)
    (opened,) = await writing.told(ConversationChangedV1)
    assert (opened.client_id, opened.assigned_to) == (reply.client_id, officer.staff_id)
    row = await writing.row("select notes, consent_how, consent_by from conversation")
    assert tuple(row) == ("walks in", "signed form", officer.staff_id)
    assert (await writing.row("select what from opt_out_ledger")).what == "consent_given"
    assert (await writing.row("select staff_id from assignment where until is null")).staff_id == (
        officer.staff_id
    )


async def test_a_texts_of_a_new_client_is_filed_with_them(
    writing: Writing, officer: Asker, office: Place
) -> None:
    reply = await _add(writing, officer)

    await writing.deliver(a_text(office, "+12125550188"))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id == reply.conversation_id


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("12345", "number_short"),
        ("555-0188", "number_short"),
        ("not a number", "number_invalid"),
        ("+1 123 456 7890", "number_invalid"),
        ("+99999999999999", "number_invalid"),
    ],
)
async def test_a_number_that_cannot_be_texted_is_refused_by_name(
    writing: Writing, officer: Asker, phone: str, code: str
) -> None:
    refusal = await _refusal(writing, officer, phone)

    assert (refusal.code, refusal.field) == (code, "phone")
    assert await writing.rows("select 1 from client") == []


async def test_a_number_of_a_department_is_no_clients(
    writing: Writing, scene: Scene, officer: Asker, office: Place
) -> None:
    elsewhere = await scene.department("Pretrial South")

    refusals = [await _refusal(writing, officer, one.number) for one in (office, elsewhere)]

    assert [(one.code, one.field) for one in refusals] == [("number_of_department", "phone")] * 2
    assert await writing.rows("select 1 from client") == []


async def test_a_client_of_mine_is_landed_in(writing: Writing, officer: Asker) -> None:
    first = await _add(writing, officer)

    second = await _add(writing, officer, "212.555.0188")

    assert second.outcome is AddedClient.ALREADY_MINE
    assert second.conversation_id == first.conversation_id
    assert len(await writing.rows("select 1 from client")) == 1


async def test_a_closed_client_of_mine_opens_again(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    reply = await _add(writing, officer, closed.number)

    assert (reply.outcome, reply.conversation_id) == (AddedClient.REOPENED, closed.id)
    assert (await writing.summary(closed.id)).state == "open"
    kinds = [type(fact) for fact in await writing.facts_of(closed.id)]
    assert kinds == [ConversationChangedV1, MarkerAddedV1]


async def test_a_colleagues_client_is_not_added_and_the_colleague_is_named(
    writing: Writing, officer: Asker, colleague: Asker
) -> None:
    await _add(writing, officer)

    refusal = await _refusal(writing, colleague, "+12125550188")

    assert (refusal.code, refusal.kind) == ("assigned_to_colleague", "conflict")
    assert refusal.details["staff"] == {"id": str(officer.staff_id), "full_name": "Dana Reyes"}
    assert len(await writing.rows("select 1 from client")) == 1


async def test_another_person_on_a_shared_phone_is_a_client_of_their_own(
    writing: Writing, officer: Asker, colleague: Asker
) -> None:
    first = await _add(writing, officer)

    second = await _add(writing, colleague, resolve=Resolve.SHARED_PHONE, first_name="Ned")

    assert second.outcome is AddedClient.CREATED
    assert second.client_id != first.client_id


async def test_an_unassigned_client_of_my_department_is_mine_on_confirming(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, None)

    refusal = await _refusal(writing, officer, thread.number)
    assert refusal.code == "known_in_my_department"
    assert refusal.details["conversation_id"] == str(thread.id)
    assert refusal.details["client"] == {
        "id": str(thread.client_id),
        "first_name": "Ada",
        "last_name": "Quist",
    }

    reply = await _add(writing, officer, thread.number, resolve=Resolve.TAKE_OVER)
    assert reply.conversation_id == thread.id
    assert (await writing.summary(thread.id)).assigned_to == officer.staff_id


async def test_a_closed_client_of_a_colleague_is_mine_on_confirming(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    refusal = await _refusal(writing, colleague, closed.number)
    assert refusal.details["whose"] == {"id": str(officer.staff_id), "full_name": "Dana Reyes"}

    await _add(writing, colleague, closed.number, resolve=Resolve.TAKE_OVER)
    assert (await writing.summary(closed.id)).assigned_to == colleague.staff_id


async def test_consent_typed_for_a_known_client_fills_what_is_blank_and_notes_are_added(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)
    typed = {"resolve": Resolve.TAKE_OVER, "notes": "walks in", "consent_how": "signed form"}
    find = "select notes, consent_how, consent_by from conversation where id = :id"

    await _add(writing, colleague, closed.number, **typed)
    first = await writing.row(find, id=closed.id)
    await _add(writing, colleague, closed.number, notes="other", consent_how="by phone")
    second = await writing.row(find, id=closed.id)
    await _add(writing, colleague, closed.number, notes="walks in")
    third = await writing.row(find, id=closed.id)

    assert tuple(first) == ("walks in", "signed form", colleague.staff_id)
    assert tuple(second) == ("walks in\nother", *tuple(first)[1:])
    assert tuple(third) == tuple(second)
    ledger = await writing.rows("select what, how, number from opt_out_ledger order by how desc")
    assert [tuple(row) for row in ledger] == [
        ("consent_given", "signed form", closed.number),
        ("consent_given", "by phone", closed.number),
    ]


async def test_another_departments_client_is_shown_and_shared_on_confirming(
    writing: Writing, scene: Scene, officer: Asker
) -> None:
    south = await scene.department("Pretrial South")
    other = await scene.staff("Pat Low", (Role.CASE_MANAGER, south))
    first = await _add(writing, other, first_name="Amelia", last_name="Stone")

    refusal = await _refusal(writing, officer, "+12125550188")
    assert refusal.code == "known_in_other_department"
    assert refusal.details["client"] == {
        "id": str(first.client_id),
        "first_name": "Amelia",
        "last_name": "Stone",
    }

    reply = await _add(writing, officer, resolve=Resolve.SAME_PERSON, client_id=first.client_id)
    assert reply.client_id == first.client_id
    assert reply.conversation_id != first.conversation_id
    assert (await writing.summary(reply.conversation_id)).first_name == "Amelia"


async def test_a_number_of_several_clients_elsewhere_asks_which(
    writing: Writing, scene: Scene, officer: Asker
) -> None:
    south = await scene.department("Pretrial South")
    other = await scene.staff("Pat Low", (Role.CASE_MANAGER, south))
    first = await _add(writing, other)
    await _add(writing, other, resolve=Resolve.SHARED_PHONE, first_name="Ned")

    refusal = await _refusal(writing, officer, "+12125550188")
    assert refusal.code == "number_shared"
    clients = refusal.details["clients"]
    assert isinstance(clients, list)
    assert len(clients) == 2

    reply = await _add(writing, officer, resolve=Resolve.SAME_PERSON, client_id=first.client_id)
    assert reply.client_id == first.client_id


async def test_two_who_add_the_same_number_at_once_do_not_both_get_it(
    writing: Writing, officer: Asker, colleague: Asker
) -> None:
    results = await asyncio.gather(
        _add(writing, officer), _add(writing, colleague), return_exceptions=True
    )

    replies = [result for result in results if not isinstance(result, BaseException)]
    refusals = [result for result in results if isinstance(result, Refused)]
    assert [reply.outcome for reply in replies] == [AddedClient.CREATED]
    assert [refusal.code for refusal in refusals] == ["assigned_to_colleague"]
    assert len(await writing.rows("select 1 from client")) == 1


async def test_who_is_deactivated_in_the_same_moment_adds_nobody(
    writing: Writing, scene: Scene, officer: Asker
) -> None:
    async with scene.database.transaction() as tx:
        await tx.execute(
            staff.update().where(staff.c.id == officer.staff_id).values(is_active=False)
        )
        waiting = asyncio.create_task(_add(writing, officer))
        await until_somebody_waits(scene)

    with pytest.raises(Refused, match="not_found"):
        await waiting
    assert await writing.rows("select 1 from client") == []


async def test_a_key_that_comes_twice_adds_once(writing: Writing, officer: Asker) -> None:
    key = a_key()

    first = await _add(writing, officer, repeat_key=key, resolve=Resolve.SHARED_PHONE)
    second = await _add(writing, officer, repeat_key=key, resolve=Resolve.SHARED_PHONE)

    assert first == second
    assert len(await writing.rows("select 1 from client")) == 1


async def test_front_desk_adds_to_the_inbox_and_needs_to_say_where_if_in_doubt(
    writing: Writing, scene: Scene, office: Place
) -> None:
    south = await scene.department("Pretrial South")
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office), (Role.FRONT_DESK, south))

    refusal = await _refusal(writing, desk, "+12125550188")
    assert refusal.code == "department_missing"

    reply = await _add(writing, desk, department_id=south.id)
    shown = await writing.summary(reply.conversation_id)
    assert (shown.state, shown.department_id) == ("unassigned", south.id)


async def test_a_department_that_does_not_exist_is_not_found(
    writing: Writing, scene: Scene, office: Place
) -> None:
    everywhere = await scene.staff("Sue", (Role.SUPERVISOR, None))

    refusal = await _refusal(writing, everywhere, "+12125550188", department_id=new_id())

    assert refusal.kind == "not_found"


async def test_an_unknown_senders_thread_becomes_the_new_clients(
    writing: Writing, scene: Scene, office: Place
) -> None:
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    await writing.deliver(a_text(office, "+12125550188", "it is Mia"))
    stranger = (await writing.row("select id from conversation")).id

    reply = await _add(writing, desk, from_conversation_id=stranger)

    assert reply.conversation_id == stranger
    row = await writing.row("select client_id, state from conversation")
    assert tuple(row) == (reply.client_id, "unassigned")
    assert (await writing.summary(stranger)).last_name == "Stone"
    (marker,) = await writing.told(MarkerAddedV1)
    assert (marker.kind, marker.by_staff_id) == (MarkerKind.ATTACHED, desk.staff_id)
    assert marker.details == {"number": "+12125550188", "why": "client_added"}
    await writing.deliver(a_text(office, "+12125550188", "me again"))
    received = await writing.told(MessageReceivedV1)
    assert [event.aggregate_id for event in received] == [stranger, stranger]
    assert received[1].client_id == reply.client_id


async def test_a_new_client_whose_number_opted_out_shows_it(
    writing: Writing, office: Place, officer: Asker
) -> None:
    await writing.deliver(an_opt_out(office, "+12125550188"))

    reply = await _add(writing, officer)

    assert (await writing.summary(reply.conversation_id)).is_opted_out


async def test_scenario_04_all_that_is_wrong_is_said_at_once(
    writing: Writing, office: Place, officer: Asker
) -> None:
    with pytest.raises(Refused) as refusal:
        await writing.order(AddClient(asker=officer, last_name=" ", phone="12"))

    assert (refusal.value.code, refusal.value.field) == ("last_name_missing", "last_name")
    also = refusal.value.details["also"]
    assert also == {"phone": "This number is too short for texts. Type it with its area code."}
    assert await writing.rows("select 1 from client") == []


async def test_a_name_with_signs_that_nobody_sees_is_kept_as_it_looks(
    writing: Writing, officer: Asker, office: Place
) -> None:
    reply = await _add(writing, officer, first_name="\u202eMia", last_name="\ufeff Stone\u200b")

    shown = await writing.summary(reply.conversation_id)
    assert (shown.first_name, shown.last_name) == ("Mia", "Stone")
    assert shown.sort_name == "stone mia"
