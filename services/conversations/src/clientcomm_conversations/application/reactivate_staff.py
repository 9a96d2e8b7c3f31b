"""An account that ended begins again, for the same person (rules 1.4, 1.6)."""

from functools import partial

from clientcomm_contracts.conversations.staff import ReactivateStaff, StaffMemberReply
from clientcomm_conversations.application.authorize import not_allowed
from clientcomm_conversations.application.invite_staff import send_invitation
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.staff_store import (
    StaffStore,
    record_of,
    staff_changed,
    staff_reply,
)
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.refusals import staff as refusals
from clientcomm_conversations.domain.staffing import may_change


async def reactivate_staff(
    writer: Writer, store: StaffStore, request: ReactivateStaff
) -> StaffMemberReply:
    """The record as it is again, once per key."""
    return await once(writer, request, partial(_reactivate, writer, store, request))


async def _reactivate(
    writer: Writer, store: StaffStore, request: ReactivateStaff
) -> StaffMemberReply:
    await store.take_turn()
    rights, record = await record_of(writer, store, request.asker, request.staff_id)
    if not may_change(rights, record):
        raise not_allowed()
    if record.is_active:
        raise refusals.is_active()
    back = record.begun_again()
    await store.save(back, now=writer.now())
    writer.publish(staff_changed(back, now=writer.now()))
    await send_invitation(writer, back.id, by=rights.staff_id)
    return staff_reply(back, rights, active_clients=0)
