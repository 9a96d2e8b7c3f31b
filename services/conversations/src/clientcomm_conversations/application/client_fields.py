"""What is typed about a client who may be known: in which department, and which number."""

from uuid import UUID

from clientcomm_conversations.application.authorize import require_in_department
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain import refusals
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)
from clientcomm_conversations.domain.phone_numbers import UnusableNumber, parse_number


def department_to_add_in(rights: StaffRights, department_id: UUID | None) -> UUID:
    """The department named, or the only one where the asker adds clients. Raises Refused."""
    if department_id is not None:
        require_in_department(rights, DepartmentRight.ADD_CLIENT, department_id)
        return department_id
    reach = department_reach(rights, DepartmentRight.ADD_CLIENT)
    if reach.everywhere or len(reach.departments) != 1:
        raise refusals.department_missing()
    (only,) = reach.departments
    return only


async def typed_number(writer: Writer, phone: str) -> str:
    """A number that texts can go to. Raises Refused."""
    try:
        return parse_number(phone, region=await writer.region())
    except UnusableNumber as fault:
        raise refusals.unusable_number(fault.fault) from None
