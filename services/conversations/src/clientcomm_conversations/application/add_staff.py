"""Adds a member of staff with the roles that they begin with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role
from clientcomm_conversations.application.directory import Directory, NewStaff, staff_added
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.permissions import RoleHeld


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """A person as somebody typed them; each role with a department's name, or None: everywhere."""

    full_name: str
    email: str
    roles: tuple[tuple[Role, str | None], ...]
    desk_phone: str | None = None


async def add_staff(
    directory: Directory, wanted: StaffWanted, *, new_id: Callable[[], UUID], now: datetime
) -> NewStaff:
    """The person; refused if the e-mail address is taken or a department unknown."""
    full_name, email = one_line(wanted.full_name), one_line(wanted.email).lower()
    if "@" not in email.strip("@"):
        raise Refused("email_invalid", "This is not an e-mail address.", field="email")
    if not full_name:
        raise Refused("name_missing", "The person needs a name.", field="full_name")
    if await directory.is_email_taken(email):
        raise Refused(
            "email_taken", "Somebody has this e-mail address.", kind="conflict", field="email"
        )
    staff = NewStaff(
        id=new_id(),
        full_name=full_name,
        email=email,
        roles=tuple([await _held(directory, role, name) for role, name in wanted.roles]),
        created_at=now,
        desk_phone=wanted.desk_phone,
    )
    await directory.add_staff((staff,))
    directory.publish(staff_added(staff))
    return staff


async def _held(directory: Directory, role: Role, department: str | None) -> RoleHeld:
    if department is None:
        return RoleHeld(role)
    department_id = await directory.department_named(department)
    if department_id is None:
        raise Refused("department_unknown", "There is no such department.", field="role")
    return RoleHeld(role, department_id)
