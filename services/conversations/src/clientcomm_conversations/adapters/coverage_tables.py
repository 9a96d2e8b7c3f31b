"""Periods of coverage in their table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from clientcomm_contracts.conversations.views import StaffName
from clientcomm_conversations.adapters.queries.people import rights_in, staff_names
from clientcomm_conversations.domain.coverage import Coverage
from clientcomm_conversations.domain.permissions import Reach, StaffRights
from clientcomm_persistence import Transaction

_COLUMNS = "select c.id, c.staff_id, c.covered_by, c.since, c.until, c.away_reply from coverage c"
_NOT_OVER = "c.ended_at is null and c.until > :now"

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('coverage ' || :staff_id, 0))")
_ONE = text(f"{_COLUMNS} where c.id = :id for update")
_OVERLAPPING = text(f"""{_COLUMNS}
    where c.staff_id = :staff_id and c.ended_at is null
      and c.since < :until and c.until > :since
    order by c.since limit 1
""")
_ADD = text("""
    insert into coverage (id, staff_id, covered_by, since, until, away_reply)
    values (:id, :staff_id, :covered_by, :since, :until, :away_reply)
""")
_END = text("update coverage set ended_at = :now where id = :id and ended_at is null")
_COMING = text(f"""{_COLUMNS}
    where {_NOT_OVER} and (c.staff_id = any(cast(:staff_ids as uuid[]))
                           or c.covered_by = any(cast(:staff_ids as uuid[])))
    order by c.since, c.id
""")
_COMING_IN = text(f"""{_COLUMNS}
    where {_NOT_OVER}
      and exists (select 1 from staff_role r
                   where r.staff_id = c.staff_id and r.role = 'case_manager'
                     and (:everywhere or r.department_id is null
                          or r.department_id = any(cast(:departments as uuid[]))))
    order by c.since, c.id limit 500
""")  # noqa: S608 - constants
_CASELOADS = text("""
    select assigned_to, count(*) as clients from conversation_summary
     where assigned_to = any(cast(:staff_ids as uuid[])) and state = 'open'
     group by assigned_to
""")
_COLLEAGUES = text("""
    select s.id, s.full_name,
           (select json_agg(json_build_array(r.role, r.department_id))
              from staff_role r where r.staff_id = s.id) as roles
      from staff s where s.is_active order by lower(s.full_name), s.id
""")
_TIME_ZONES = text("""
    select distinct on (r.staff_id) r.staff_id, d.time_zone from staff_role r
      join department d on d.id = r.department_id and not d.is_closed
     where r.staff_id = any(cast(:staff_ids as uuid[]))
     order by r.staff_id, r.role <> 'case_manager', lower(d.name)
""")


class CoverageTables:
    """`application.covering.CoverageStore` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def take_turn(self, staff_id: UUID) -> None:
        await self._tx.execute(_TAKE_TURN, {"staff_id": str(staff_id)})

    async def coverage(self, coverage_id: UUID) -> Coverage | None:
        row = (await self._tx.execute(_ONE, {"id": coverage_id})).one_or_none()
        return _coverage(row) if row else None

    async def overlapping(
        self, staff_id: UUID, since: datetime, until: datetime
    ) -> Coverage | None:
        asked = {"staff_id": staff_id, "since": since, "until": until}
        row = (await self._tx.execute(_OVERLAPPING, asked)).one_or_none()
        return _coverage(row) if row else None

    async def add(self, coverage: Coverage) -> None:
        await self._tx.execute(
            _ADD,
            {
                "id": coverage.id,
                "staff_id": coverage.staff_id,
                "covered_by": coverage.covered_by,
                "since": coverage.since,
                "until": coverage.until,
                "away_reply": coverage.away_reply,
            },
        )

    async def end(self, coverage_id: UUID, *, now: datetime) -> None:
        await self._tx.execute(_END, {"id": coverage_id, "now": now})

    async def coming(self, staff_ids: Sequence[UUID], *, now: datetime) -> Sequence[Coverage]:
        found = await self._tx.execute(_COMING, {"staff_ids": list(staff_ids), "now": now})
        return [_coverage(row) for row in found]

    async def coming_in(self, reach: Reach, *, now: datetime) -> Sequence[Coverage]:
        if reach.is_empty():
            return ()
        asked = {
            "everywhere": reach.everywhere,
            "departments": list(reach.departments),
            "now": now,
        }
        return [_coverage(row) for row in await self._tx.execute(_COMING_IN, asked)]

    async def names(self, staff_ids: Sequence[UUID]) -> dict[UUID, str]:
        return dict(await staff_names(self._tx, staff_ids))

    async def caseloads(self, staff_ids: Sequence[UUID]) -> dict[UUID, int]:
        found = await self._tx.execute(_CASELOADS, {"staff_ids": list(staff_ids)})
        return {row.assigned_to: row.clients for row in found}

    async def colleagues(self) -> Sequence[tuple[StaffName, StaffRights]]:
        found = await self._tx.execute(_COLLEAGUES)
        return [
            (StaffName(id=row.id, full_name=row.full_name), rights_in(row.id, row.roles, None))
            for row in found
        ]

    async def time_zones(self, staff_ids: Sequence[UUID]) -> dict[UUID, str]:
        found = await self._tx.execute(_TIME_ZONES, {"staff_ids": list(staff_ids)})
        known = {row.staff_id: row.time_zone for row in found}
        return {staff_id: known.get(staff_id, "UTC") for staff_id in staff_ids}


def _coverage(row: Row[Any]) -> Coverage:
    return Coverage(
        id=row.id,
        staff_id=row.staff_id,
        covered_by=row.covered_by,
        since=row.since,
        until=row.until,
        away_reply=row.away_reply,
    )
