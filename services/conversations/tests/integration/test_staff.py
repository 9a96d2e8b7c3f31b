"""Administrators invite, change and deactivate staff (rules 1.4, 1.6, 6.2)."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key

from clientcomm_contracts.conversations.caseload import TransferConversations
from clientcomm_contracts.conversations.events import (
    ConversationChangedV1,
    HeldRole,
    MarkerAddedV1,
    StaffChangedV1,
)
from clientcomm_contracts.conversations.requests import Box, ListConversations
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    EditStaff,
    GetStaffMember,
    HandOver,
    InviteStaff,
    ListCaseload,
    ReactivateStaff,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.staff import coverage

pytestmark = pytest.mark.integration


def carries(place: Place) -> HeldRole:
    return HeldRole(role=Role.CASE_MANAGER, department_id=place.id)


def invitation(asker: Asker, *roles: HeldRole, **more: Any) -> InviteStaff:
    wanted = {"full_name": "Ann Lee", "email": " Ann@Elm.example ", "roles": roles, **more}
    return InviteStaff(asker=asker, **wanted)


async def test_who_is_invited_is_told_and_gets_one_e_mail(
    writing: Writing, here: Place, chief: Asker
) -> None:
    key = a_key()
    made = [await writing.order(invitation(chief, carries(here), repeat_key=key)) for _ in range(2)]

    assert made[0] == made[1]
    assert made[0].staff.email == "ann@elm.example"
    (event,) = await writing.told(StaffChangedV1)
    assert (event.aggregate_id, event.sequence, event.is_active) == (made[0].staff.id, 1, True)
    assert event.roles == (carries(here),)
    (command,) = await writing.told(SendNoticesV1)
    (notice,) = command.items
    assert (notice.staff_id, notice.kind) == (made[0].staff.id, NoticeKind.INVITED)
    assert notice.details == {"by": "Cleo Chief"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"full_name": " "}, "name_missing"),
        ({"full_name": "\u200b\u00a0"}, "name_missing"),
        ({"email": "da\u200bna@elm.example"}, "email_invalid"),
        ({"email": "ann"}, "email_invalid"),
        ({"email": "ann@elm"}, "email_invalid"),
        ({"email": "a b@elm.example"}, "email_invalid"),
        ({"email": "ann@elm.example>,<x@evil.example"}, "email_invalid"),
        ({"desk_phone": "12"}, "number_short"),
        ({"roles": ()}, "roles_missing"),
        ({"roles": (HeldRole(role=Role.AUDITOR, department_id=uuid4()),)}, "department_unknown"),
    ],
)
async def test_a_wrong_invitation_is_refused_and_changes_nothing(
    writing: Writing, here: Place, chief: Asker, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await writing.order(invitation(chief, carries(here)).model_copy(update=changes))

    assert refused.value.code == code
    assert await writing.told(StaffChangedV1) == []


async def test_two_at_once_cannot_have_the_same_address(
    writing: Writing, here: Place, chief: Asker
) -> None:
    answers = await asyncio.gather(
        *(writing.order(invitation(chief, carries(here))) for _ in range(4)), return_exceptions=True
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["email_taken"] * 3


async def test_an_administrator_of_one_department_rules_there_alone(
    writing: Writing, scene: Scene, here: Place, there: Place, chief: Asker
) -> None:
    local = await scene.staff("Lou Local", (Role.ADMINISTRATOR, here))
    both = await scene.staff("Bo Both", (Role.CASE_MANAGER, here), (Role.CASE_MANAGER, there))
    far = await scene.staff("Fay Far", (Role.CASE_MANAGER, there))

    await writing.order(invitation(local, carries(here)))
    for role in (carries(there), HeldRole(role=Role.CASE_MANAGER)):
        with pytest.raises(Refused, match="not_allowed"):
            await writing.order(invitation(local, role, email="x@elm.example"))
    with pytest.raises(Refused, match="not_found"):
        await writing.order(GetStaffMember(asker=local, staff_id=far.staff_id))
    shown = await writing.order(GetStaffMember(asker=local, staff_id=both.staff_id))
    assert not shown.may_change
    for wanted in ({"email": "mine@evil.example"}, {"roles": (carries(here),)}):
        with pytest.raises(Refused, match="not_allowed"):
            await writing.order(EditStaff(asker=local, staff_id=both.staff_id, **wanted))
    with pytest.raises(Refused, match="not_allowed"):
        await writing.order(
            EditStaff(asker=local, staff_id=chief.staff_id, email="me@evil.example")
        )
    kept = await writing.order(
        EditStaff(
            asker=local,
            staff_id=both.staff_id,
            roles=(carries(there), HeldRole(role=Role.SUPERVISOR, department_id=here.id)),
        ),
    )
    assert {held.role for held in kept.staff.roles} == {Role.SUPERVISOR, Role.CASE_MANAGER}


@pytest.mark.parametrize(
    "role", [Role.CASE_MANAGER, Role.FRONT_DESK, Role.SUPERVISOR, Role.AUDITOR]
)
async def test_nobody_else_administers_staff(
    writing: Writing, scene: Scene, here: Place, chief: Asker, role: Role
) -> None:
    asker = await scene.staff("Nobody Special", (role, here), (role, None))

    with pytest.raises(Refused, match="not_allowed"):
        await writing.order(invitation(asker, carries(here)))
    for request in (
        GetStaffMember(asker=asker, staff_id=chief.staff_id),
        ListCaseload(asker=asker, staff_id=chief.staff_id),
        EditStaff(asker=asker, staff_id=asker.staff_id, full_name="Me"),
        DeactivateStaff(asker=asker, staff_id=chief.staff_id),
    ):
        with pytest.raises(Refused, match="not_found"):
            await writing.order(request)


async def test_the_last_administrator_stays(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    second = await scene.staff("Sam Second", (Role.ADMINISTRATOR, None))
    demoted = EditStaff(asker=chief, staff_id=chief.staff_id, roles=(carries(here),))

    answers = await asyncio.gather(
        writing.order(demoted),
        writing.order(EditStaff(asker=second, staff_id=second.staff_id, roles=(carries(here),))),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["last_administrator"]


async def test_a_case_managers_role_is_not_taken_from_who_still_has_clients(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    await scene.thread(here, dana)
    desk = HeldRole(role=Role.FRONT_DESK, department_id=here.id)

    with pytest.raises(Refused, match="still_has_clients"):
        await writing.order(EditStaff(asker=chief, staff_id=dana.staff_id, roles=(desk,)))


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
    assert replies[0].staff.roles == (carries(here),)
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
