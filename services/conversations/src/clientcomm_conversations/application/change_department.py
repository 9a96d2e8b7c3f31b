"""An administrator adds a department, or changes, renumbers or closes one (rules 2.3, 6.1)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    ChangeDepartmentNumber,
    CloseDepartment,
    DepartmentReply,
    EditDepartment,
    GetDepartment,
    SetDepartmentList,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import (
    KnowsStaff,
    not_allowed,
    require_in_department,
    rights_of,
)
from clientcomm_conversations.application.department_fields import (
    checked_name,
    checked_number,
    checked_rules,
    checked_zone,
)
from clientcomm_conversations.application.department_lists import checked_labels
from clientcomm_conversations.application.department_store import (
    DepartmentRecord,
    DepartmentStore,
    department_changed,
    department_reply,
)
from clientcomm_conversations.application.directory import NewDepartment
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import DepartmentRight, department_reach
from clientcomm_conversations.domain.refusals import department as refusals

Change = EditDepartment | ChangeDepartmentNumber | SetDepartmentList | CloseDepartment
Work = Callable[[DepartmentRecord], Awaitable[DepartmentRecord]]


async def get_department(
    knows: KnowsStaff, store: DepartmentStore, request: GetDepartment
) -> DepartmentReply:
    """One department with all its settings."""
    rights = await rights_of(knows, request.asker)
    require_in_department(rights, DepartmentRight.SETTINGS, request.department_id)
    record = await store.lock(request.department_id)
    if record is None:
        raise not_found("department")
    return await department_reply(store, record)


async def add_department(
    writer: Writer, store: DepartmentStore, request: AddDepartment
) -> DepartmentReply:
    """A new department, once per key."""
    work = partial(_add, writer, store, request)
    return await once(writer, request, work)


async def edit_department(
    writer: Writer, store: DepartmentStore, request: EditDepartment
) -> DepartmentReply:
    """Name, zone, fallback phone, rules; once per key."""

    async def work(record: DepartmentRecord) -> DepartmentRecord:
        changed = record
        if request.department_name is not None:
            await store.take_turn()
            name = await checked_name(store, request.department_name, of=record.id)
            changed = replace(changed, name=name)
        if request.time_zone is not None:
            changed = replace(changed, time_zone=checked_zone(request.time_zone))
        if request.fallback_phone is not None:
            typed, region = request.fallback_phone.strip(), await writer.region()
            phone = checked_number(typed, region=region, field="fallback_phone") if typed else None
            changed = replace(changed, fallback_phone=phone)
        if request.rules is not None:
            changed = replace(changed, rules=checked_rules(request.rules))
        return changed

    return await _change(writer, store, request, work)


async def change_department_number(
    writer: Writer, store: DepartmentStore, request: ChangeDepartmentNumber
) -> DepartmentReply:
    """Another number to send from; the old one keeps receiving. Once per key."""

    async def work(record: DepartmentRecord) -> DepartmentRecord:
        await store.take_turn()
        number = checked_number(request.number, region=await writer.region(), field="number")
        if any(one.value == number and one.until is None for one in record.numbers):
            raise refusals.number_is_current()
        if await store.owner_of(number) not in {None, record.id}:
            raise refusals.number_taken()
        await store.change_number(record.id, number, number_id=writer.new_id(), now=writer.now())
        fresh = await store.lock(record.id)
        assert fresh is not None
        return fresh

    return await _change(writer, store, request, work)


async def set_department_list(
    writer: Writer, store: DepartmentStore, request: SetDepartmentList
) -> DepartmentReply:
    """One of the department's own lists, once per key; nobody else needs to be told."""

    async def work(record: DepartmentRecord) -> DepartmentRecord:
        known = await store.labels(record.id, request.which)
        labels = checked_labels(request.which, request.labels, known, new_id=writer.new_id)
        await store.set_labels(record.id, request.which, labels)
        return record

    return await _change(writer, store, request, work)


async def close_department(
    writer: Writer, store: DepartmentStore, request: CloseDepartment
) -> DepartmentReply:
    """No longer offered anywhere; only where nobody is left behind. Once per key."""

    async def work(record: DepartmentRecord) -> DepartmentRecord:
        active = await store.active_conversations(record.id)
        if active:
            raise refusals.still_active(active)
        return replace(record, is_closed=True)

    return await _change(writer, store, request, work)


async def _change(
    writer: Writer, store: DepartmentStore, request: Change, work: Work
) -> DepartmentReply:
    async def within() -> DepartmentReply:
        rights = await rights_of(writer, request.asker)
        require_in_department(rights, DepartmentRight.SETTINGS, request.department_id)
        record = await store.lock(request.department_id)
        if record is None:
            raise not_found("department")
        if record.is_closed:
            raise refusals.is_closed()
        changed = await work(record)
        if changed != record:
            changed = replace(changed, sequence=record.sequence + 1)
            await store.save(changed)
            writer.publish(department_changed(changed, now=writer.now()))
        return await department_reply(store, changed)

    return await once(writer, request, within)


async def _add(writer: Writer, store: DepartmentStore, request: AddDepartment) -> DepartmentReply:
    rights = await rights_of(writer, request.asker)
    if not department_reach(rights, DepartmentRight.SETTINGS).everywhere:
        raise not_allowed()
    await store.take_turn()
    new = NewDepartment(
        id=(department_id := writer.new_id()),
        name=await checked_name(store, request.department_name, of=department_id),
        time_zone=checked_zone(request.time_zone),
        number_id=writer.new_id(),
        number=checked_number(request.number, region=await writer.region(), field="number"),
        outcome_id=writer.new_id(),
        created_at=writer.now(),
    )
    if await store.owner_of(new.number) is not None:
        raise refusals.number_taken()
    await store.add(new)
    record = await store.lock(department_id)
    assert record is not None
    writer.publish(department_changed(record, now=writer.now()))
    return await department_reply(store, record)
