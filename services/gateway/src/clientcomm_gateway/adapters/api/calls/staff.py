"""`/staff/…`: inviting, changing and deactivating staff, for administrators."""

from uuid import UUID

from fastapi import APIRouter, Request

from clientcomm_contracts.conversations.directory import GetMe
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    EditStaff,
    GetStaffMember,
    HandOver,
    InviteStaff,
    ListCaseload,
    ReactivateStaff,
    StaffMemberReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.api.models import staff as own
from clientcomm_gateway.application.send_link import Once, SendLink
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Staff"])


@router.post("/staff", status_code=201, summary="Invite somebody")
async def invite_staff(new: own.NewStaff, caller: Writing) -> own.StaffMember:
    """They get an e-mail with a one-time link, which works for 72 hours."""
    reply = await caller.ask(
        InviteStaff(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(new),
            full_name=new.full_name,
            email=new.email,
            desk_phone=new.desk_phone,
            language=new.language,
            roles=_roles(new.roles),
        )
    )
    await caller.note_deed(Deed.STAFF_INVITED, reply.staff.id)
    return _member(reply)


@router.get("/staff/{staff_id}", summary="One member of staff")
async def get_staff_member(staff_id: UUID, caller: Reading) -> own.StaffMember:
    """Somebody in a department whose staff you administer."""
    return _member(await _ask_for(caller, staff_id))


@router.patch("/staff/{staff_id}", summary="Change a member of staff")
async def edit_staff(staff_id: UUID, changes: own.StaffChanges, caller: Writing) -> own.StaffMember:
    """Changes what is given; `roles` replaces all roles."""
    given = changes.model_dump(exclude={"roles"})
    reply = await caller.ask(
        EditStaff(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(changes),
            staff_id=staff_id,
            roles=_roles(changes.roles) if changes.roles is not None else None,
            **given,
        )
    )
    await caller.note_deed(Deed.STAFF_EDITED, staff_id)
    return _member(reply)


@router.post("/staff/{staff_id}/link", summary="Send a one-time link")
async def send_link(staff_id: UUID, caller: Writing, request: Request) -> own.LinkSent:
    """The invitation again, or a link for a new password where there is one already."""
    reply = await _ask_for(caller, staff_id)
    if not reply.may_change:
        raise not_found("member of staff")
    send: SendLink = request.app.state.send_link
    me = await caller.ask(GetMe(asker=caller.asker))
    kind = await send.to_colleague(
        staff_id,
        once=Once(caller.staff_id, caller.repeat_key()),
        by_name=me.staff.full_name,
        address=caller.address,
        token_id=caller.bearer.token_id,
    )
    return own.LinkSent(kind=kind)


@router.get("/staff/{staff_id}/caseload", summary="Active clients of a member of staff")
async def list_caseload(staff_id: UUID, caller: Reading) -> own.Caseload:
    """What deactivating them would leave to others."""
    reply = await caller.ask(ListCaseload(asker=caller.asker, staff_id=staff_id))
    return own.Caseload(items=[own.ActiveClient(**one.model_dump()) for one in reply.items])


@router.post("/staff/{staff_id}/deactivate", summary="Deactivate a member of staff")
async def deactivate_staff(
    staff_id: UUID, wanted: own.Deactivation, caller: Writing
) -> own.Deactivated:
    """Ends the account at once and hands over all active clients.

    Each client goes to whom `hand_overs` names, the others to `others_to`; null is the unassigned
    inbox.
    """
    reply = await caller.ask(
        DeactivateStaff(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(wanted),
            staff_id=staff_id,
            others_to=wanted.others_to,
            hand_overs=tuple(
                HandOver(conversation_id=one.conversation_id, to_staff_id=one.to_staff_id)
                for one in wanted.hand_overs
            ),
        ),
        within=20.0,
    )
    counts = {"handed_over": reply.handed_over, "to_inbox": reply.to_inbox}
    await caller.note_deed(
        Deed.STAFF_DEACTIVATED, staff_id, **{name: str(count) for name, count in counts.items()}
    )
    return own.Deactivated(staff=shapes.staff(reply.staff), **counts)


async def _ask_for(caller: Caller, staff_id: UUID) -> StaffMemberReply:
    return await caller.ask(GetStaffMember(asker=caller.asker, staff_id=staff_id))


def _roles(given: list[models.RoleHeld]) -> tuple[HeldRole, ...]:
    return tuple(HeldRole(role=one.role, department_id=one.department_id) for one in given)


def _member(reply: StaffMemberReply) -> own.StaffMember:
    return own.StaffMember(
        **dict(shapes.staff(reply.staff)),
        language=reply.language,
        active_clients=reply.active_clients,
        may_change=reply.may_change,
    )


@router.post("/staff/{staff_id}/reactivate", summary="Reactivate a member of staff")
async def reactivate_staff(staff_id: UUID, caller: Writing) -> own.StaffMember:
    """The same account with its roles, by a link to choose a new password; 409 if it is active."""
    reply = await caller.ask(
        ReactivateStaff(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(),
            staff_id=staff_id,
        )
    )
    await caller.note_deed(Deed.STAFF_REACTIVATED, staff_id)
    return _member(reply)
