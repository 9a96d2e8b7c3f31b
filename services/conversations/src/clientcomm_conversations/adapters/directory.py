"""Departments and staff in their tables, as set-up writes them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Command, Event
from clientcomm_conversations.adapters.tables.departments import (
    department,
    department_number,
    organisation,
    outcome,
)
from clientcomm_conversations.adapters.tables.staff import staff, staff_role
from clientcomm_conversations.application.directory import (
    DepartmentKnown,
    NewDepartment,
    NewStaff,
    Organisation,
    People,
    StaffKnown,
)
from clientcomm_persistence import Transaction

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('set-up', 0))")
_DEFAULT_OUTCOME = "Finished"

_PEOPLE = text(
    """
    select s.id, s.full_name, s.email, array_agg(distinct r.role order by r.role) as roles,
           min(d.name) as department
      from staff s
      join staff_role r on r.staff_id = s.id
      left join department d on d.id = r.department_id
     where s.is_active
     group by s.id
     order by min(s.created_at), s.id
    """
)

_DEPARTMENTS = text(
    """
    select d.id, d.name, n.value as number, d.time_zone
      from department d
      left join department_number n on n.department_id = d.id and n.until is null
     where not d.is_closed
     order by d.created_at, d.id
    """
)


class DirectoryTables:
    """`application.directory.Directory` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def publish(self, contract: Event | Command) -> None:
        self._tx.publish(contract)

    async def take_turn(self) -> None:
        await self._tx.execute(_TAKE_TURN)

    async def organisation(self) -> Organisation | None:
        found = (await self._tx.execute(select(organisation))).one_or_none()
        if found is None:
            return None
        return Organisation(
            found.id,
            found.name,
            found.default_region,
            found.created_at,
            is_demo=bool(found.settings.get("is_demo")),
        )

    async def department_named(self, name: str) -> UUID | None:
        found = await self._tx.execute(
            select(department.c.id).where(func.lower(department.c.name) == name.lower())
        )
        department_id: UUID | None = found.scalar_one_or_none()
        return department_id

    async def is_number_taken(self, number: str) -> bool:
        found = await self._tx.execute(
            select(department_number.c.id).where(department_number.c.value == number)
        )
        return found.first() is not None

    async def is_email_taken(self, email: str) -> bool:
        found = await self._tx.execute(
            select(staff.c.id).where(func.lower(staff.c.email) == email.lower())
        )
        return found.first() is not None

    async def add_organisation(self, made: Organisation) -> None:
        row = {
            "id": made.id,
            "name": made.name,
            "default_region": made.default_region,
            "settings": {"is_demo": True} if made.is_demo else {},
            "created_at": made.created_at,
        }
        await self._tx.execute(insert(organisation), row)

    async def add_departments(self, departments: tuple[NewDepartment, ...]) -> None:
        await self._tx.execute(insert(department), [_department(made) for made in departments])
        await self._tx.execute(insert(department_number), [_number(made) for made in departments])
        await self._tx.execute(insert(outcome), [_outcome(made) for made in departments])

    async def add_staff(self, added: tuple[NewStaff, ...]) -> None:
        await self._tx.execute(insert(staff), [_staff(person) for person in added])
        roles = [role for person in added for role in _roles(person)]
        if roles:
            await self._tx.execute(insert(staff_role), roles)

    async def people(self) -> People:
        departments = await self._tx.execute(_DEPARTMENTS)
        everyone = await self._tx.execute(_PEOPLE)
        return People(
            departments=tuple(
                DepartmentKnown(row.id, row.name, row.number, row.time_zone) for row in departments
            ),
            staff=tuple(
                StaffKnown(row.id, row.full_name, row.email, tuple(row.roles), row.department)
                for row in everyone
            ),
        )


def _department(made: NewDepartment) -> Mapping[str, Any]:
    return {
        "id": made.id,
        "name": made.name,
        "time_zone": made.time_zone,
        "segments_per_second": made.segments_per_second,
        "fallback_phone": made.fallback_phone,
        "settings": {"quiet_hours": made.quiet_hours.model_dump()},
        "sequence": 1,
        "created_at": made.created_at,
    }


def _number(made: NewDepartment) -> Mapping[str, Any]:
    return {
        "id": made.number_id,
        "department_id": made.id,
        "value": made.number,
        "since": made.created_at,
    }


def _outcome(made: NewDepartment) -> Mapping[str, Any]:
    return {
        "id": made.outcome_id,
        "department_id": made.id,
        "name": _DEFAULT_OUTCOME,
        "is_default": True,
    }


def _staff(person: NewStaff) -> Mapping[str, Any]:
    return {
        "id": person.id,
        "full_name": person.full_name,
        "email": person.email,
        "desk_phone": person.desk_phone,
        "sequence": 1,
        "created_at": person.created_at,
    }


def _roles(person: NewStaff) -> list[Mapping[str, Any]]:
    return [
        {
            "id": new_id(),
            "staff_id": person.id,
            "role": held.role.value,
            "department_id": held.department_id,
            "since": person.created_at,
        }
        for held in person.roles
    ]
