"""Who leaves hands over every client, and may come back (rule 1.6)."""

import asyncio
from uuid import UUID, uuid4

import pytest
from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import Writing, a_key

from clientcomm_contracts.conversations.caseload import TransferConversations
from clientcomm_contracts.conversations.events import (
    ConversationChangedV1,
    HeldRole,
    MarkerAddedV1,
    StaffChangedV1,
)
from clientcomm_contracts.conversations.reading import Box, ListConversations
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    HandOver,
    ListCaseload,
    ReactivateStaff,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.staff import coverage

pytestmark = pytest.mark.integration


async def _standing(writing: Writing, thread: Thread) -> tuple[str, UUID | None, str, UUID | None]:
    (row,) = await writing.rows(
        """select c.state, c.assigned_to, s.state as shown, s.assigned_to as shown_to
             from conversation c join conversation_summary s on s.conversation_id = c.id
            where c.id = :id""",
        id=thread.id,
    )
    return row.state, row.assigned_to, row.shown, row.shown_to


async def test_who_is_deactivated_leaves_every_client_with_somebody(
    writing: Writing, scene: Scene, here: Place, there: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here), (Role.CASE_MANAGER, there))
    kim = await scene.staff("Kim", (Role.CASE_MANAGER, here))
    lee = await scene.staff("Lee", (Role.CASE_MANAGER, None))
    threads = [await scene.thread(here, dana, last_name=name) for name in ("A", "B", "C", "D")]
    closed = await scene.thread(here, dana, last_name="Z", state=ConversationState.CLOSED)
    now = scene.clock.now()
    await scene.put(
        coverage,
        [
            {
                "id": uuid4(),
                "staff_id": kim.staff_id,
                "covered_by": dana.staff_id,
                "since": now,
                "until": now.replace(year=2027),
            }
        ],
    )
    caseload = await writing.order(ListCaseload(asker=chief, staff_id=dana.staff_id))
    assert [client.last_name for client in caseload.items] == ["A", "B", "C", "D"]
    request = DeactivateStaff(
        asker=chief,
        repeat_key=a_key(),
        staff_id=dana.staff_id,
        others_to=kim.staff_id,
        hand_overs=(
            HandOver(conversation_id=threads[0].id, to_staff_id=lee.staff_id),
            HandOver(conversation_id=threads[1].id, to_staff_id=None),
        ),
    )

    replies = [await writing.order(request) for _ in range(2)]

    assert replies[0] == replies[1]
    assert (replies[0].handed_over, replies[0].to_inbox) == (3, 1)
    after = [await _standing(writing, thread) for thread in threads]
    assert [row[1] for row in after] == [lee.staff_id, None, kim.staff_id, kim.staff_id]
    assert [row[0] for row in after] == ["open", "unassigned", "open", "open"]
    assert all(row[:2] == row[2:] for row in after)
    assert (await _standing(writing, closed))[0] == "closed"
    (event,) = await writing.told(StaffChangedV1)
    assert not event.is_active
    assert len(await writing.told(ConversationChangedV1)) == 4
    markers = await writing.told(MarkerAddedV1)
    assert {marker.details.get("to_staff") for marker in markers} == {"Lee", "Kim", None}
    assert {marker.details["from_staff"] for marker in markers} == {"Dana"}
    notices = [notice for command in await writing.told(SendNoticesV1) for notice in command.items]
    counts = {notice.staff_id: notice.details["count"] for notice in notices}
    assert counts == {lee.staff_id: "1", kim.staff_id: "2"}
    history = await writing.rows(
        "select count(*) as n from assignment where until is null and conversation_id = :id",
        id=threads[2].id,
    )
    assert history[0].n == 1
    (covered,) = await writing.rows("select ended_at from coverage")
    assert covered.ended_at == now
    mine = await scene.ask(ListConversations(asker=kim, box=Box.MINE))
    assert {row.last_name for row in mine.items} == {"C", "D"}


async def test_who_cannot_take_over_is_refused_and_all_stays(
    writing: Writing, scene: Scene, here: Place, there: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    far = await scene.staff("Fay", (Role.CASE_MANAGER, there))
    desk = await scene.staff("Des", (Role.FRONT_DESK, here))
    gone = await scene.staff("Gus", (Role.CASE_MANAGER, here), is_active=False)
    thread = await scene.thread(here, dana)

    for receiver in (far, desk, gone, dana, Asker(staff_id=uuid4())):
        with pytest.raises(Refused, match="not_a_case_manager"):
            await writing.order(
                DeactivateStaff(asker=chief, staff_id=dana.staff_id, others_to=receiver.staff_id),
            )
    assert (await _standing(writing, thread))[1] == dana.staff_id
    with pytest.raises(Refused, match="not_yourself"):
        await writing.order(DeactivateStaff(asker=chief, staff_id=chief.staff_id))
    assert await writing.told(StaffChangedV1) == []


async def test_what_a_text_opened_in_that_moment_goes_to_the_inbox(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    request = DeactivateStaff(asker=chief, repeat_key=a_key(), staff_id=dana.staff_id)
    await writing.order(request)
    late = await scene.thread(here, dana)

    await writing.order(request)

    assert (await _standing(writing, late))[:2] == ("unassigned", None)


async def test_what_a_text_is_just_opening_again_goes_to_the_inbox(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    thread = await scene.thread(here, dana, state=ConversationState.CLOSED)
    request = DeactivateStaff(asker=chief, repeat_key=a_key(), staff_id=dana.staff_id)

    async with scene.database.transaction() as tx:
        writer = writing.writers.of(tx)
        held = (await writer.lock([thread.id])).threads[thread.id]
        ending = asyncio.create_task(writing.order(request))
        await until_somebody_waits(scene)
        whose = held.returns_to()
        held.give_to(whose, assignment_id=uuid4(), at=writer.now(), by_staff_id=None)
        await writer.save([held])
    await ending

    assert whose == dana.staff_id
    assert (await _standing(writing, thread))[:2] == ("unassigned", None)


async def test_no_client_is_given_to_who_is_just_deactivated(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    kim = await scene.staff("Kim", (Role.CASE_MANAGER, here))
    boss = await scene.staff("Joan", (Role.SUPERVISOR, here))
    own = [await scene.thread(here, dana) for _ in range(3)]
    coming = [await scene.thread(here, kim) for _ in range(6)]
    transfers = [
        writing.order(
            TransferConversations(
                asker=boss,
                repeat_key=a_key(),
                conversation_ids=(thread.id,),
                staff_id=dana.staff_id,
            )
        )
        for thread in coming
    ]

    answers = await asyncio.gather(
        *transfers[:3],
        writing.order(
            DeactivateStaff(asker=chief, staff_id=dana.staff_id, others_to=kim.staff_id),
        ),
        *transfers[3:],
        return_exceptions=True,
    )

    assert {one.code for one in answers if isinstance(one, Refused)} <= {"not_a_case_manager"}
    assert not [
        one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    holders = {(await _standing(writing, thread))[1] for thread in (*own, *coming)}
    assert holders == {kim.staff_id}


async def test_who_comes_back_is_the_same_person_with_the_same_roles_and_no_clients(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    kim = await scene.staff("Kim", (Role.CASE_MANAGER, here))
    thread = await scene.thread(here, dana)
    await writing.order(
        DeactivateStaff(
            asker=chief, staff_id=dana.staff_id, others_to=kim.staff_id, repeat_key=a_key()
        ),
    )
    before = (await writing.row("select * from staff where full_name = 'Dana'"))._asdict()
    request = ReactivateStaff(asker=chief, staff_id=dana.staff_id, repeat_key=a_key())

    replies = [await writing.order(request) for _ in range(2)]

    assert replies[0] == replies[1]
    assert replies[0].staff.is_active
    assert replies[0].staff.roles == (HeldRole(role=Role.CASE_MANAGER, department_id=here.id),)
    assert replies[0].active_clients == 0
    (gone, back) = (await writing.told(StaffChangedV1))[-2:]
    assert (gone.is_active, gone.deactivations) == (False, 1)
    assert (back.is_active, back.deactivations) == (True, 1)
    notices = [one for sent in await writing.told(SendNoticesV1) for one in sent.items]
    invited = [one.staff_id for one in notices if one.kind is NoticeKind.INVITED]
    assert invited == [dana.staff_id]
    after = (await writing.row("select * from staff where full_name = 'Dana'"))._asdict()
    assert after["deactivated_at"] == before["deactivated_at"] is not None
    assert after["created_at"] == before["created_at"]
    question = ListConversations(asker=dana, box=Box.MINE)
    assert (await scene.ask(question)).items == ()
    await writing.order(DeactivateStaff(asker=chief, staff_id=dana.staff_id, repeat_key=a_key()))
    assert (await writing.told(StaffChangedV1))[-1].deactivations == 2
    assert thread.client_id is not None


async def test_only_who_administers_all_their_roles_lets_somebody_come_back(
    writing: Writing, scene: Scene, here: Place, there: Place, chief: Asker
) -> None:
    both = ((Role.CASE_MANAGER, here), (Role.CASE_MANAGER, there))
    gone = await scene.staff("Gone", *both, is_active=False)
    active = await scene.staff("Active", *both)
    local = await scene.staff("Local", (Role.ADMINISTRATOR, here))
    manager = await scene.staff("Kim", (Role.CASE_MANAGER, here))

    for asker, staff_id, code in (
        (local, gone.staff_id, "not_allowed"),
        (manager, gone.staff_id, "not_found"),
        (chief, uuid4(), "not_found"),
        (chief, active.staff_id, "is_active"),
    ):
        with pytest.raises(Refused) as refused:
            await writing.order(ReactivateStaff(asker=asker, staff_id=staff_id))
        assert refused.value.code == code


async def test_of_two_who_activate_in_the_same_moment_one_does(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    gone = await scene.staff("Gone", (Role.CASE_MANAGER, here), is_active=False)
    request = ReactivateStaff(asker=chief, staff_id=gone.staff_id)

    results = await asyncio.gather(
        writing.order(request), writing.order(request), return_exceptions=True
    )

    assert [one.code for one in results if isinstance(one, Refused)] == ["is_active"]
    assert len(await writing.told(SendNoticesV1)) == 1
