"""Records of staff in their tables."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.staff import ActiveClient
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.departments import department
from clientcomm_conversations.adapters.tables.staff import coverage, staff, staff_role
from clientcomm_conversations.domain.permissions import RoleHeld
from clientcomm_conversations.domain.staffing import StaffRecord
from clientcomm_persistence import Transaction

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('changes of staff', 0))")

_OTHER_ADMINISTRATORS = text("""
    select count(distinct s.id) from staff s join staff_role r on r.staff_id = s.id
     where s.is_active and s.id <> :staff_id
       and r.role = 'administrator' and r.department_id is null
""")

# In the order in which everybody locks conversations.
_HOLD_THREADS = text("""
    select 1 from conversation c
     where (c.assigned_to = :staff_id or c.last_assigned_to = :staff_id) and c.merged_into is null
     order by c.id for update
""")

_CASELOAD = text("""
    select conversation_id, department_id, first_name, last_name, sender, unread_count,
           scheduled_count
      from conversation_summary
     where assigned_to = :staff_id and state = 'open'
     order by sort_name, conversation_id
""")


class StaffTables:
    """`application.staff_store.StaffStore` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def take_turn(self) -> None:
        await self._tx.execute(_TAKE_TURN)

    async def record(self, staff_id: UUID) -> StaffRecord | None:
        row = (await self._tx.execute(select(staff).where(staff.c.id == staff_id))).one_or_none()
        if row is None:
            return None
        return StaffRecord(
            id=row.id,
            full_name=row.full_name,
            email=row.email,
            desk_phone=row.desk_phone,
            language=row.language,
            is_active=row.is_active,
            roles=await self._roles(staff_id),
            sequence=row.sequence,
            deactivated_at=row.deactivated_at,
            deactivations=row.deactivations,
        )

    async def hold(self, staff_id: UUID) -> None:
        """Not the key: who writes a text of theirs meanwhile need not wait, nor does this."""
        locked = select(staff.c.id).where(staff.c.id == staff_id).with_for_update(key_share=True)
        await self._tx.execute(locked)

    async def is_email_taken(self, email: str, *, but: UUID) -> bool:
        found = await self._tx.execute(
            select(staff.c.id).where(func.lower(staff.c.email) == email, staff.c.id != but)
        )
        return found.first() is not None

    async def open_departments(self, ids: Collection[UUID]) -> frozenset[UUID]:
        if not ids:
            return frozenset()
        found = await self._tx.execute(
            select(department.c.id).where(department.c.id.in_(ids), ~department.c.is_closed)
        )
        return frozenset(found.scalars())

    async def save(self, record: StaffRecord, *, now: datetime) -> None:
        values = asdict(record)
        roles = values.pop("roles")
        statement = insert(staff).values(**values, created_at=now)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
        if roles:
            await self._save_roles(record, now)

    async def other_administrators(self, staff_id: UUID) -> int:
        found = await self._tx.execute(_OTHER_ADMINISTRATORS, {"staff_id": staff_id})
        return int(found.scalar_one())

    async def caseload(self, staff_id: UUID) -> Sequence[ActiveClient]:
        found = await self._tx.execute(_CASELOAD, {"staff_id": staff_id})
        return [ActiveClient(**row) for row in found.mappings()]

    async def wait_for_texts(self, staff_id: UUID) -> None:
        await self._tx.execute(_HOLD_THREADS, {"staff_id": staff_id})

    async def end_coverage(self, staff_id: UUID, *, now: datetime) -> None:
        await self._tx.execute(
            update(coverage)
            .where(
                (coverage.c.staff_id == staff_id) | (coverage.c.covered_by == staff_id),
                coverage.c.ended_at.is_(None),
                coverage.c.until > now,
            )
            .values(ended_at=now)
        )

    async def _roles(self, staff_id: UUID) -> frozenset[RoleHeld]:
        found = await self._tx.execute(
            select(staff_role.c.role, staff_role.c.department_id).where(
                staff_role.c.staff_id == staff_id
            )
        )
        return frozenset(RoleHeld(Role(row.role), row.department_id) for row in found)

    async def _save_roles(self, record: StaffRecord, now: datetime) -> None:
        """Roles that stay keep the day since which they are held."""
        before = await self._roles(record.id)
        for held in before - record.roles:
            await self._tx.execute(
                delete(staff_role).where(
                    staff_role.c.staff_id == record.id,
                    staff_role.c.role == held.role.value,
                    staff_role.c.department_id.is_not_distinct_from(held.department_id),
                )
            )
        rows = [
            {
                "id": new_id(),
                "staff_id": record.id,
                "role": held.role.value,
                "department_id": held.department_id,
                "since": now,
            }
            for held in record.roles - before
        ]
        if rows:
            await self._tx.execute(insert(staff_role), rows)
