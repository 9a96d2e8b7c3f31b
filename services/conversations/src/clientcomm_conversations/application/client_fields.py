"""What is typed about a client who may be known: in which department, and which number."""

from uuid import UUID

from clientcomm_contracts.conversations.clients import AddClient
from clientcomm_contracts.faults import Refused
from clientcomm_conversations.application.authorize import require_in_department
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.client import checked_name, checked_zone
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)
from clientcomm_conversations.domain.phone_numbers import UnusableNumber, parse_number
from clientcomm_conversations.domain.refusals import client as refusals


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
    """A number that texts can go to, and that is none of ours. Raises Refused."""
    try:
        number = parse_number(phone, region=await writer.region())
    except UnusableNumber as fault:
        raise refusals.unusable_number(fault.fault) from None
    await require_no_departments(writer, number)
    return number


async def require_no_departments(writer: Writer, number: str) -> None:
    """A department's number, present or past, is no client's. Raises Refused."""
    if await writer.quarantine.departments_of([number]):
        raise refusals.number_of_department()


async def checked_fields(writer: Writer, request: AddClient) -> str:
    """The number. Raises Refused with all that is wrong, so that nobody mends it bit by bit."""
    number, wrong = "", []
    try:
        checked_name(request.first_name, request.last_name)
    except Refused as refused:
        wrong.append(refused)
    try:
        number = await typed_number(writer, request.phone)
    except Refused as refused:
        wrong.append(refused)
    if wrong:
        raise _together(wrong)
    checked_zone(request.time_zone)
    return number


def _together(wrong: list[Refused]) -> Refused:
    """The first, with the sentences of the others by their fields."""
    first, *others = wrong
    also = {one.field: one.sentence for one in others}
    first.details = {**first.details, "also": also} if also else first.details
    return first
