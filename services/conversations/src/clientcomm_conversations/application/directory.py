"""Departments and staff as set-up makes them, the facts told of them, and where they are kept."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.conversations.events import (
    AutomaticReplies,
    DatedNumber,
    DepartmentChangedV1,
    HeldRole,
    QuietHours,
    StaffChangedV1,
)
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.permissions import RoleHeld


@dataclass(frozen=True, slots=True)
class Organisation:
    """The one organisation of an installation."""

    id: UUID
    name: str
    default_region: str
    created_at: datetime
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class NewDepartment:
    """A department with its first number, and an outcome so that closing is never impossible."""

    id: UUID
    name: str
    time_zone: str
    number_id: UUID
    number: str
    outcome_id: UUID
    created_at: datetime
    segments_per_second: float = 1.0
    fallback_phone: str | None = None
    quiet_hours: QuietHours = field(default_factory=QuietHours)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A member of staff and the roles they begin with."""

    id: UUID
    full_name: str
    email: str
    roles: tuple[RoleHeld, ...]
    created_at: datetime
    desk_phone: str | None = None


@dataclass(frozen=True, slots=True)
class DepartmentKnown:
    """A department as the record of people names it."""

    id: UUID
    name: str
    number: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class StaffKnown:
    """A member of staff as the record of people names them; `department` None: everywhere."""

    id: UUID
    full_name: str
    email: str
    roles: tuple[str, ...]
    department: str | None


@dataclass(frozen=True, slots=True)
class People:
    """Everyone, for programs that make credentials for them."""

    departments: tuple[DepartmentKnown, ...]
    staff: tuple[StaffKnown, ...]


class Directory(Protocol):
    """Where set-up writes, within one transaction."""

    def publish(self, contract: Event | Command) -> None: ...

    async def take_turn(self) -> None:
        """Wait for another set-up under way."""
        ...

    async def organisation(self) -> Organisation | None: ...

    async def department_named(self, name: str) -> UUID | None: ...

    async def is_number_taken(self, number: str) -> bool: ...

    async def is_email_taken(self, email: str) -> bool: ...

    async def add_organisation(self, organisation: Organisation) -> None: ...

    async def add_departments(self, departments: tuple[NewDepartment, ...]) -> None: ...

    async def add_staff(self, staff: tuple[NewStaff, ...]) -> None: ...

    async def people(self) -> People: ...


def department_added(department: NewDepartment) -> DepartmentChangedV1:
    """A department exists."""
    return DepartmentChangedV1(
        aggregate_id=department.id,
        sequence=1,
        occurred_at=department.created_at,
        department_name=department.name,
        time_zone=department.time_zone,
        numbers=(
            DatedNumber(
                id=department.number_id,
                value=department.number,
                since=department.created_at,
                is_primary=True,
            ),
        ),
        automatic_replies=AutomaticReplies(
            unknown_sender=_built_in(AutomaticText.UNKNOWN_SENDER, department.name),
            help=_built_in(AutomaticText.HELP, department.name),
        ),
        quiet_hours=department.quiet_hours,
        fallback_phone=department.fallback_phone,
        segments_per_second=department.segments_per_second,
    )


def staff_added(staff: NewStaff) -> StaffChangedV1:
    """A member of staff exists."""
    return StaffChangedV1(
        aggregate_id=staff.id,
        sequence=1,
        occurred_at=staff.created_at,
        full_name=staff.full_name,
        email=staff.email,
        desk_phone=staff.desk_phone,
        roles=tuple(
            HeldRole(role=held.role, department_id=held.department_id) for held in staff.roles
        ),
    )


def _built_in(which: AutomaticText, department_name: str) -> str | None:
    return automatic_text(which, department_name=department_name, languages=(), own={})
