"""`/departments/…`: settings, numbers and lists, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body

from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    ChangeDepartmentNumber,
    CloseDepartment,
    DepartmentLabel,
    DepartmentList,
    EditDepartment,
    GetDepartment,
    PreviewDepartmentClosing,
    SetDepartmentList,
)
from clientcomm_gateway.adapters.api.callers import Reading, Writing
from clientcomm_gateway.adapters.api.models.departments import (
    Closing,
    DepartmentChanges,
    DepartmentSettings,
    LabelList,
    NewDepartment,
    NewDepartmentNumber,
)
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Departments"])


@router.post("/departments", status_code=201, summary="Add a department")
async def add_department(new: NewDepartment, caller: Writing) -> DepartmentSettings:
    """For administrators of the whole organisation."""
    reply = await caller.ask(
        AddDepartment(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(new),
            department_name=new.name,
            time_zone=new.time_zone,
            number=new.number,
        )
    )
    await caller.note_deed(Deed.DEPARTMENT_ADDED, reply.department.id)
    return DepartmentSettings.of(reply.department)


@router.get("/departments/{department_id}", summary="A department's settings")
async def get_department(department_id: UUID, caller: Reading) -> DepartmentSettings:
    """All that an administrator sets."""
    question = GetDepartment(asker=caller.asker, department_id=department_id)
    return DepartmentSettings.of((await caller.ask(question)).department)


@router.patch("/departments/{department_id}", summary="Change a department's settings")
async def edit_department(
    department_id: UUID, changes: DepartmentChanges, caller: Writing
) -> DepartmentSettings:
    """Changes what is given; `rules` replaces all rules."""
    reply = await caller.ask(
        EditDepartment(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(changes),
            department_id=department_id,
            department_name=changes.name,
            time_zone=changes.time_zone,
            fallback_phone=changes.fallback_phone,
            rules=changes.rules.told() if changes.rules else None,
        )
    )
    await caller.note_deed(Deed.DEPARTMENT_EDITED, department_id, what="settings")
    return DepartmentSettings.of(reply.department)


@router.post("/departments/{department_id}/number", summary="Change a department's number")
async def change_department_number(
    department_id: UUID, new: NewDepartmentNumber, caller: Writing
) -> DepartmentSettings:
    """Texts go out from it from now on; the old one keeps receiving."""
    reply = await caller.ask(
        ChangeDepartmentNumber(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(new),
            department_id=department_id,
            number=new.number,
        )
    )
    await caller.note_deed(Deed.DEPARTMENT_EDITED, department_id, what="number")
    return DepartmentSettings.of(reply.department)


@router.put("/departments/{department_id}/lists/{which}", summary="Set a department's list")
async def set_department_list(
    department_id: UUID,
    which: DepartmentList,
    wanted: Annotated[LabelList, Body()],
    caller: Writing,
) -> DepartmentSettings:
    """Statuses, categories or outcomes in their order; what is left out is no longer offered."""
    reply = await caller.ask(
        SetDepartmentList(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(wanted),
            department_id=department_id,
            which=which,
            labels=tuple(DepartmentLabel(**dict(one)) for one in wanted.items),
        )
    )
    await caller.note_deed(Deed.DEPARTMENT_EDITED, department_id, what=which.value)
    return DepartmentSettings.of(reply.department)


@router.get("/departments/{department_id}/closing", summary="What closing would mean")
async def preview_closing(department_id: UUID, caller: Reading) -> Closing:
    """In numbers; nothing changes."""
    reply = await caller.ask(
        PreviewDepartmentClosing(asker=caller.asker, department_id=department_id)
    )
    return Closing(**reply.model_dump(exclude={"department_name"}))


@router.post("/departments/{department_id}/close", summary="Close a department")
async def close_department(department_id: UUID, caller: Writing) -> DepartmentSettings:
    """409 `still_active` while it has active conversations.

    Its numbers receive on: what comes waits in the quarantine.
    """
    reply = await caller.ask(
        CloseDepartment(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(),
            department_id=department_id,
        )
    )
    await caller.note_deed(Deed.DEPARTMENT_CLOSED, department_id)
    return DepartmentSettings.of(reply.department)
