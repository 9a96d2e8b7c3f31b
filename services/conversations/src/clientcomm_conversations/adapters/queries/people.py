"""Who staff are, what they may do, and their departments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.views import DepartmentView, StaffName, StaffView
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.queries.cursors import (
    invalid_cursor,
    read_cursor,
    write_cursor,
)
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.domain.permissions import Reach, RoleHeld, StaffRights

RIGHTS_OF_STAFF = """
           (select json_agg(json_build_array(r.role, r.department_id))
              from staff_role r where r.staff_id = s.id) as roles,
           (select json_agg(distinct c.staff_id)
              from coverage c
             where c.covered_by = s.id and c.since <= :now and c.until > :now
               and c.ended_at is null) as covers
"""
"""Columns from which `rights_in` reads what the member of staff `s` may do."""

_RIGHTS = text(
    f"""
    select s.id, {RIGHTS_OF_STAFF}
      from staff s
     where s.id = :staff_id and s.is_active
    """  # noqa: S608 - constants
)

_STAFF_COLUMNS = """
    select s.id, s.full_name, s.email, s.desk_phone, s.is_active,
           (select json_agg(json_build_object('role', r.role, 'department_id', r.department_id)
                            order by r.role, r.department_id)
              from staff_role r where r.staff_id = s.id) as roles
      from staff s
"""

_STAFF = text(_STAFF_COLUMNS + " where s.id = :staff_id")

_NAMED = text(
    "select id, full_name from staff where id = any(cast(:ids as uuid[])) order by full_name, id"
)

_COLLEAGUES = text(
    f"""{_STAFF_COLUMNS}
     where (s.is_active or :also_former)
       and (:everywhere or exists (
             select 1 from staff_role r
              where r.staff_id = s.id
                and (r.department_id is null
                     or r.department_id = any(cast(:departments as uuid[])))))
       and (cast(:after as uuid) is null
            or (lower(s.full_name), s.id)
               > (select lower(a.full_name), a.id from staff a where a.id = :after))
     order by lower(s.full_name), s.id
     limit :limit
    """  # noqa: S608 - a constant of this module
)

_DEPARTMENTS = text(
    """
    select d.id, d.name, d.time_zone, n.value as number,
           exists (select 1 from jsonb_each(d.settings -> 'automatic_replies') own
                    where own.value ->> 'first_text' <> '') as greets
      from department d
      left join department_number n on n.department_id = d.id and n.until is null
     where not d.is_closed
       and (:everywhere or d.id = any(cast(:departments as uuid[])))
     order by lower(d.name), d.id
    """
)

_STAFF_CURSOR = "staff"

_STAFF_NAMES = text("select id, full_name from staff where id = any(cast(:ids as uuid[]))")


async def staff_rights(tx: Executes, staff_id: UUID, now: datetime) -> StaffRights | None:
    """Roles and present coverage of an active member of staff."""
    found = await tx.execute(_RIGHTS, {"staff_id": staff_id, "now": now})
    row = found.one_or_none()
    return rights_in(row.id, row.roles, row.covers) if row else None


def rights_in(
    staff_id: UUID, roles: list[tuple[str, str | None]] | None, covers: list[str] | None
) -> StaffRights:
    """Rights from the columns that `RIGHTS_OF_STAFF` makes."""
    return StaffRights(
        staff_id=staff_id,
        roles=frozenset(
            RoleHeld(Role(role), UUID(department) if department else None)
            for role, department in roles or ()
        ),
        covers=frozenset(UUID(covered) for covered in covers or ()),
    )


async def staff_view(tx: Executes, staff_id: UUID) -> StaffView | None:
    """One member of staff, active or not."""
    found = await tx.execute(_STAFF, {"staff_id": staff_id})
    row = found.mappings().one_or_none()
    return _staff(row) if row else None


async def staff_named(tx: Executes, staff_ids: Sequence[UUID]) -> tuple[StaffName, ...]:
    """These people, by name."""
    found = await tx.execute(_NAMED, {"ids": list(staff_ids)})
    return tuple(StaffName(id=row.id, full_name=row.full_name) for row in found)


async def colleagues(
    tx: Executes, reach: Reach, *, also_former: bool, cursor: str | None, limit: int
) -> tuple[tuple[StaffView, ...], str | None]:
    """A page of staff by name."""
    found = await tx.execute(
        _COLLEAGUES,
        {
            "everywhere": reach.everywhere,
            "departments": list(reach.departments),
            "also_former": also_former,
            "after": _staff_after(cursor),
            "limit": limit + 1,
        },
    )
    rows = found.mappings().all()
    items = tuple(_staff(row) for row in rows[:limit])
    following = write_cursor(_STAFF_CURSOR, [str(items[-1].id)]) if len(rows) > limit else None
    return items, following


async def departments(tx: Executes, reach: Reach) -> tuple[DepartmentView, ...]:
    """Departments by name, with their current number."""
    found = await tx.execute(
        _DEPARTMENTS,
        {"everywhere": reach.everywhere, "departments": list(reach.departments)},
    )
    return tuple(
        DepartmentView(
            id=row.id,
            department_name=row.name,
            number=row.number,
            time_zone=row.time_zone,
            greets=row.greets,
        )
        for row in found
    )


def _staff_after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    (after,) = read_cursor(_STAFF_CURSOR, cursor, length=1)
    try:
        return UUID(str(after))
    except ValueError:
        raise invalid_cursor() from None


def _staff(row: Mapping[Any, Any]) -> StaffView:
    return StaffView(
        id=row["id"],
        full_name=row["full_name"],
        email=row["email"],
        desk_phone=row["desk_phone"],
        is_active=row["is_active"],
        roles=tuple(HeldRole.model_validate(role) for role in row["roles"] or ()),
    )


async def staff_names(tx: Executes, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Full names."""
    if not staff_ids:
        return {}
    found = await tx.execute(_STAFF_NAMES, {"ids": list(staff_ids)})
    return {row.id: row.full_name for row in found}
