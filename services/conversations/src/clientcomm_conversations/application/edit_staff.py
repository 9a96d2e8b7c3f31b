"""An administrator changes somebody's record or roles (rule 6.2)."""

from dataclasses import replace
from functools import partial

from clientcomm_contracts.conversations.staff import EditStaff, StaffMemberReply
from clientcomm_contracts.values import Role
from clientcomm_conversations.application.authorize import not_allowed
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.staff_fields import (
    checked_email,
    checked_name,
    checked_phone,
    checked_roles,
)
from clientcomm_conversations.application.staff_store import (
    StaffStore,
    record_of,
    staff_changed,
    staff_reply,
)
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import RoleHeld, StaffRights
from clientcomm_conversations.domain.refusals import staff as refusals
from clientcomm_conversations.domain.staffing import (
    EVERYWHERE_ADMINISTRATOR,
    StaffRecord,
    may_change,
)


async def edit_staff(writer: Writer, store: StaffStore, request: EditStaff) -> StaffMemberReply:
    """The record after the change, once per key."""
    return await once(writer, request, partial(_edit, writer, store, request))


async def _edit(writer: Writer, store: StaffStore, request: EditStaff) -> StaffMemberReply:
    await store.take_turn()
    rights, record = await record_of(writer, store, request.asker, request.staff_id)
    if not record.is_active:
        raise refusals.not_active()
    changed = await _changed(writer, store, request, record, rights)
    if changed != record:
        changed = replace(changed, sequence=record.sequence + 1)
        await store.save(changed, now=writer.now())
        writer.publish(staff_changed(changed, now=writer.now()))
    clients = await store.caseload(record.id)
    return staff_reply(changed, rights, active_clients=len(clients))


async def _changed(
    writer: Writer,
    store: StaffStore,
    request: EditStaff,
    record: StaffRecord,
    rights: StaffRights,
) -> StaffRecord:
    changed = record
    if request.full_name is not None:
        changed = replace(changed, full_name=checked_name(request.full_name))
    if request.email is not None and request.email.strip().lower() != record.email:
        email = await checked_email(store, request.email, of=record.id)
        changed = replace(changed, email=email)
    if request.desk_phone is not None:
        phone = checked_phone(request.desk_phone, region=await writer.region())
        changed = replace(changed, desk_phone=phone)
    if request.language is not None:
        changed = replace(changed, language=request.language)
    if changed != record and not may_change(rights, record):
        raise not_allowed()
    if request.roles is None:
        return changed
    roles = await checked_roles(store, rights, request.roles, before=record.roles)
    await _check_what_ends(store, record, roles)
    return replace(changed, roles=roles)


async def _check_what_ends(
    store: StaffStore, record: StaffRecord, roles: frozenset[RoleHeld]
) -> None:
    """Some administrator stays, and no client stays with who is no case manager any more."""
    ended = record.roles - roles
    if EVERYWHERE_ADMINISTRATOR in ended and not await store.other_administrators(record.id):
        raise refusals.last_administrator()
    if any(held.role is Role.CASE_MANAGER for held in ended):
        carries = [held for held in roles if held.role is Role.CASE_MANAGER]
        left = [
            client
            for client in await store.caseload(record.id)
            if not any(held.reaches(client.department_id) for held in carries)
        ]
        if left:
            raise refusals.still_has_clients(len(left))
