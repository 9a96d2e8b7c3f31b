"""An administrator invites somebody (rule 1.4)."""

from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.staff import InviteStaff, StaffMemberReply
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.marking import name_of
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.staff_fields import (
    checked_email,
    checked_name,
    checked_phone,
    checked_roles,
)
from clientcomm_conversations.application.staff_store import StaffStore, staff_changed, staff_reply
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import DepartmentRight, department_reach
from clientcomm_conversations.domain.staffing import StaffRecord


async def invite_staff(writer: Writer, store: StaffStore, request: InviteStaff) -> StaffMemberReply:
    """The new member of staff, once per key; the e-mail leaves with the commit."""
    return await once(writer, request, partial(_invite, writer, store, request))


async def _invite(writer: Writer, store: StaffStore, request: InviteStaff) -> StaffMemberReply:
    rights = await rights_of(writer, request.asker)
    if department_reach(rights, DepartmentRight.STAFF).is_empty():
        raise not_allowed()
    await store.take_turn()
    staff_id, now = writer.new_id(), writer.now()
    record = StaffRecord(
        id=staff_id,
        full_name=checked_name(request.full_name),
        email=await checked_email(store, request.email, of=staff_id),
        desk_phone=checked_phone(request.desk_phone, region=await writer.region()),
        language=request.language,
        is_active=True,
        roles=await checked_roles(store, rights, request.roles),
        sequence=1,
    )
    await store.save(record, now=now)
    writer.publish(staff_changed(record, now=now))
    await send_invitation(writer, record.id, by=rights.staff_id)
    return staff_reply(record, rights, active_clients=0)


async def send_invitation(writer: Writer, staff_id: UUID, *, by: UUID) -> None:
    """The e-mail with the link by which they choose a password."""
    details = {"by": await name_of(writer, by) or ""}
    notice = Notice(id=writer.new_id(), staff_id=staff_id, kind=NoticeKind.INVITED, details=details)
    writer.publish(SendNoticesV1(items=(notice,)))
