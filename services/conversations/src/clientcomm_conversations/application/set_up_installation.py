"""Sets up an installation in one go: organisation, first department, first administrator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import Role
from clientcomm_conversations.application.add_department import DepartmentWanted, add_department
from clientcomm_conversations.application.add_staff import StaffWanted, add_staff
from clientcomm_conversations.application.directory import Directory
from clientcomm_conversations.application.set_up_organisation import set_up_organisation


@dataclass(frozen=True, slots=True)
class InstallationWanted:
    """What somebody typed; `has_clients`: the administrator is also a case manager there."""

    organisation_name: str
    default_region: str
    department: DepartmentWanted
    full_name: str
    email: str
    has_clients: bool = True


@dataclass(frozen=True, slots=True)
class InstallationMade:
    """Ids of what was made."""

    organisation_id: UUID
    department_id: UUID
    staff_id: UUID


async def set_up_installation(
    directory: Directory,
    wanted: InstallationWanted,
    *,
    new_id: Callable[[], UUID],
    now: datetime,
) -> InstallationMade:
    """All of it, or nothing if anything is refused; two at once make one organisation."""
    await directory.take_turn()
    organisation = await set_up_organisation(
        directory,
        organisation_id=new_id(),
        name=wanted.organisation_name,
        default_region=wanted.default_region,
        now=now,
    )
    department = await add_department(directory, wanted.department, new_id=new_id, now=now)
    roles: list[tuple[Role, str | None]] = [(Role.ADMINISTRATOR, None)]
    if wanted.has_clients:
        roles.append((Role.CASE_MANAGER, department.name))
    person = StaffWanted(wanted.full_name, wanted.email, tuple(roles))
    staff = await add_staff(directory, person, new_id=new_id, now=now)
    return InstallationMade(organisation.id, department.id, staff.id)
