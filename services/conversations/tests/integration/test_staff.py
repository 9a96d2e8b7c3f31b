"""Administrators invite and change staff (rules 1.4, 6.2)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_key

from clientcomm_contracts.conversations.events import HeldRole, StaffChangedV1
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    EditStaff,
    GetStaffMember,
    InviteStaff,
    ListCaseload,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role

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
