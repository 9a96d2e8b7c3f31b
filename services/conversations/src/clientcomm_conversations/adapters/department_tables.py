"""Departments, their numbers and their lists in their tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Text, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_contracts.conversations.departments import (
    Colour,
    DepartmentLabel,
    DepartmentList,
    DepartmentRules,
)
from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_conversations.adapters.directory import DirectoryTables
from clientcomm_conversations.adapters.tables.conversations import conversation_summary
from clientcomm_conversations.adapters.tables.departments import (
    category,
    department,
    department_number,
    outcome,
    status,
)
from clientcomm_conversations.application.department_store import DepartmentRecord
from clientcomm_conversations.application.directory import NewDepartment
from clientcomm_persistence import Transaction

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('changes of departments', 0))")
_LISTS: dict[DepartmentList, Table] = {
    DepartmentList.STATUSES: status,
    DepartmentList.CATEGORIES: category,
    DepartmentList.OUTCOMES: outcome,
}
_COLOURS = frozenset(Colour)


class DepartmentTables:
    """`application.department_store.DepartmentStore` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def lock(self, department_id: UUID) -> DepartmentRecord | None:
        found = await self._tx.execute(
            select(department).where(department.c.id == department_id).with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            return None
        return DepartmentRecord(
            id=row.id,
            name=row.name,
            time_zone=row.time_zone,
            numbers=await self._numbers(department_id),
            rules=_rules(row.settings),
            segments_per_second=row.segments_per_second,
            fallback_phone=row.fallback_phone,
            is_closed=row.is_closed,
            sequence=row.sequence,
        )

    async def take_turn(self) -> None:
        await self._tx.execute(_TAKE_TURN)

    async def has_name(self, name: str, *, but: UUID) -> bool:
        found = await self._tx.execute(
            select(department.c.id).where(
                func.lower(department.c.name) == name.lower(), department.c.id != but
            )
        )
        return found.first() is not None

    async def owner_of(self, number: str) -> UUID | None:
        found = await self._tx.execute(
            select(department_number.c.department_id).where(department_number.c.value == number)
        )
        owner: UUID | None = found.scalar_one_or_none()
        return owner

    async def add(self, new: NewDepartment) -> None:
        await DirectoryTables(self._tx).add_departments((new,))

    async def save(self, record: DepartmentRecord) -> None:
        """What other releases keep in the settings beside these stays there."""
        rules = record.rules.model_dump(mode="json")
        await self._tx.execute(
            update(department)
            .where(department.c.id == record.id)
            .values(
                name=record.name,
                time_zone=record.time_zone,
                settings=department.c.settings.concat(rules),
                fallback_phone=record.fallback_phone,
                is_closed=record.is_closed,
                sequence=record.sequence,
            )
        )

    async def change_number(
        self, department_id: UUID, number: str, *, number_id: UUID, now: datetime
    ) -> None:
        """The old one ends; one that the department had before begins anew."""
        await self._tx.execute(
            update(department_number)
            .where(
                department_number.c.department_id == department_id,
                department_number.c.until.is_(None),
            )
            .values(until=now)
        )
        fresh = insert(department_number).values(
            id=number_id, department_id=department_id, value=number, since=now
        )
        await self._tx.execute(
            fresh.on_conflict_do_update(
                index_elements=["value"], set_={"since": now, "until": None}
            )
        )

    async def labels(self, department_id: UUID, which: DepartmentList) -> Sequence[DepartmentLabel]:
        table = _LISTS[which]
        found = await self._tx.execute(
            select(table)
            .where(table.c.department_id == department_id)
            .order_by(table.c.is_offered.desc(), table.c.place, func.lower(table.c.name))
        )
        return [_label(row) for row in found.mappings()]

    async def set_labels(
        self, department_id: UUID, which: DepartmentList, labels: Sequence[DepartmentLabel]
    ) -> None:
        table = _LISTS[which]
        columns = set(table.columns.keys())
        await self._tx.execute(
            update(table)
            .where(table.c.department_id == department_id)
            .values(_not_offered(columns))
        )
        # Two entries may have changed names with each other; no moment may see one name twice.
        await self._tx.execute(
            update(table)
            .where(table.c.id.in_([label.id for label in labels]))
            .values(name=cast(table.c.id, Text))
        )
        rows = [
            {name: value for name, value in _row(label, place).items() if name in columns}
            | {"id": label.id, "department_id": department_id}
            for place, label in enumerate(labels)
        ]
        if rows:
            # One statement: conversations that show the entries are locked in one order.
            fresh = insert(table).values(rows)
            kept = {name: fresh.excluded[name] for name in rows[0].keys() - {"id", "department_id"}}
            await self._tx.execute(fresh.on_conflict_do_update(index_elements=["id"], set_=kept))

    async def active_conversations(self, department_id: UUID) -> int:
        found = await self._tx.execute(
            select(func.count())
            .select_from(conversation_summary)
            .where(
                conversation_summary.c.department_id == department_id,
                conversation_summary.c.state.in_(("open", "unassigned")),
            )
        )
        return int(found.scalar_one())

    async def conversations(self, department_id: UUID, *, heard_since: datetime) -> tuple[int, int]:
        heard = conversation_summary.c.last_inbound_at > heard_since
        found = await self._tx.execute(
            select(func.count().label("every"), func.count().filter(heard).label("lately"))
            .select_from(conversation_summary)
            .where(conversation_summary.c.department_id == department_id)
        )
        counted = found.one()
        return int(counted.every), int(counted.lately)

    async def _numbers(self, department_id: UUID) -> tuple[DatedNumber, ...]:
        found = await self._tx.execute(
            select(department_number)
            .where(department_number.c.department_id == department_id)
            .order_by(department_number.c.until.is_not(None), department_number.c.since.desc())
        )
        return tuple(
            DatedNumber(
                id=row.id,
                value=row.value,
                label=row.label,
                since=row.since,
                until=row.until,
                is_primary=row.until is None,
            )
            for row in found
        )


def _rules(settings: dict[str, Any]) -> DepartmentRules:
    known = {name: settings[name] for name in DepartmentRules.model_fields if name in settings}
    return DepartmentRules.model_validate(known)


def _label(row: Any) -> DepartmentLabel:
    colour = row.get("colour", "")
    return DepartmentLabel(
        id=row["id"],
        label=row["name"],
        colour=Colour(colour) if colour in _COLOURS else Colour.GRAY,
        follow_up_days=row.get("follow_up_days"),
        is_offered=row["is_offered"],
        is_default=bool(row.get("is_default")),
    )


def _row(label: DepartmentLabel, place: int) -> dict[str, Any]:
    return {
        "name": label.label,
        "place": place,
        "is_offered": label.is_offered,
        "colour": label.colour.value,
        "follow_up_days": label.follow_up_days,
        "is_default": label.is_default,
    }


def _not_offered(columns: set[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"is_offered": False, "is_default": False}
    return {name: value for name, value in values.items() if name in columns}
