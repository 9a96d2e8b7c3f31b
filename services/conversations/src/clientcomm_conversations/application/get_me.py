"""Tells who the asker is and where they hold roles."""

from clientcomm_contracts.conversations.directory import GetMe, MeReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    belongs_to,
    department_reach,
)


async def get_me(reader: Reader, request: GetMe) -> MeReply:
    """The asker, their departments, and how many conversations wait unread for them."""
    rights = await rights_of(reader, request.asker)
    staff = await reader.staff(rights.staff_id)
    if staff is None:
        raise not_found("account")
    departments = await reader.departments(belongs_to(rights))
    adds_in = department_reach(rights, DepartmentRight.ADD_CLIENT)
    return MeReply(
        staff=staff,
        departments=departments,
        may_add_in=tuple(one.id for one in departments if adds_in.includes(one.id)),
        unread_conversations=await reader.unread_conversations(rights),
        covers=await reader.staff_named(sorted(rights.covers)) if rights.covers else (),
    )
