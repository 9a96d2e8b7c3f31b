"""Departments, holders of numbers and staff in PostgreSQL, as events tell of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text

from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    DatedNumber,
    DepartmentChangedV1,
    StaffChangedV1,
)
from clientcomm_contracts.values import Role
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.number_settings import OurNumber

_DEPARTMENTS_OF = text("""
    SELECT DISTINCT ON (n.value) n.value, n.department_id
    FROM department_number n WHERE n.value = ANY(CAST(:numbers AS text[]))
    ORDER BY n.value, n.until DESC NULLS FIRST, n.since DESC, n.department_id
""")

_OWNED_NUMBERS = text("""
    SELECT value, bool_or(until IS NULL OR until > :now) AS is_in_use
    FROM department_number GROUP BY value ORDER BY value
""")

_PHONES_FOR = text("""
    WITH held AS (
        SELECT c.assigned_to, n.until, n.since FROM client_number n
        JOIN conversation c ON c.client_id = n.client_id
        WHERE n.value = :caller AND c.department_id = :department_id AND c.merged_into IS NULL
        UNION ALL
        SELECT c.assigned_to, NULL, NULL FROM conversation c
        WHERE c.sender = :caller AND c.department_id = :department_id AND c.merged_into IS NULL
    )
    SELECT d.fallback_phone, (
        SELECT s.desk_phone FROM held h JOIN staff s ON s.id = h.assigned_to
        WHERE s.is_active AND s.desk_phone IS NOT NULL
        ORDER BY h.until DESC NULLS FIRST, h.since DESC NULLS LAST LIMIT 1
    ) AS desk_phone
    FROM department d WHERE d.id = :department_id
""")

_DEPARTMENT = text("""
    INSERT INTO department AS d (
        id, sequence, name, time_zone, fallback_phone, segments_per_second, is_closed)
    VALUES (:id, :sequence, :name, :time_zone, :fallback_phone, :rate, :is_closed)
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, name = excluded.name,
        time_zone = excluded.time_zone, fallback_phone = excluded.fallback_phone,
        segments_per_second = excluded.segments_per_second, is_closed = excluded.is_closed
    WHERE d.sequence < excluded.sequence
    RETURNING id
""")

_BUCKETS = text("""
    INSERT INTO number_bucket AS b (number, department_id, segments_per_second, tokens)
    SELECT number, :id, :rate, greatest(:rate, 1)
    FROM unnest(CAST(:numbers AS text[])) AS g(number) ORDER BY number
    ON CONFLICT (number) DO UPDATE SET department_id = excluded.department_id,
        segments_per_second = excluded.segments_per_second
    WHERE b.department_id IS DISTINCT FROM excluded.department_id
        OR b.segments_per_second <> excluded.segments_per_second
""")

_STAFF = text("""
    INSERT INTO staff AS s (id, sequence, desk_phone, is_active, is_administrator, is_supervisor)
    VALUES (:id, :sequence, :desk_phone, :is_active, :is_administrator, :is_supervisor)
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, desk_phone = excluded.desk_phone,
        is_active = excluded.is_active, is_administrator = excluded.is_administrator,
        is_supervisor = excluded.is_supervisor
    WHERE s.sequence < excluded.sequence
""")

_CLIENTS = text("""
    INSERT INTO client AS c (id, sequence, merged_into)
    SELECT DISTINCT ON (id) id, sequence, merged_into
    FROM json_to_recordset(CAST(:rows AS json)) AS g(id uuid, sequence integer, merged_into uuid)
    ORDER BY id, sequence DESC
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence,
        merged_into = excluded.merged_into
    WHERE c.sequence < excluded.sequence
    RETURNING id, sequence
""")

_CONVERSATIONS = text("""
    INSERT INTO conversation AS c (
        id, sequence, department_id, client_id, sender, state, assigned_to, merged_into)
    SELECT DISTINCT ON (id) *
    FROM json_to_recordset(CAST(:rows AS json)) AS g(
        id uuid, sequence integer, department_id uuid, client_id uuid, sender text, state text,
        assigned_to uuid, merged_into uuid)
    ORDER BY id, sequence DESC
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence,
        department_id = excluded.department_id, client_id = excluded.client_id,
        sender = excluded.sender, state = excluded.state, assigned_to = excluded.assigned_to,
        merged_into = excluded.merged_into
    WHERE c.sequence < excluded.sequence
""")


def _numbers(table: str, owner: str) -> tuple[str, str]:
    return (
        f"DELETE FROM {table} WHERE {owner} = ANY(CAST(:owners AS uuid[]))",  # noqa: S608 - our own names
        f"""
        INSERT INTO {table} (id, {owner}, value, since, until)
        SELECT id, owner, value, since, until FROM json_to_recordset(CAST(:rows AS json))
            AS g(id uuid, owner uuid, value text, since timestamptz, until timestamptz)
        ON CONFLICT (id) DO UPDATE SET {owner} = excluded.{owner}, value = excluded.value,
            since = excluded.since, until = excluded.until
        """,  # noqa: S608 - same
    )


_DEPARTMENT_NUMBERS = tuple(map(text, _numbers("department_number", "department_id")))
_CLIENT_NUMBERS = tuple(map(text, _numbers("client_number", "client_id")))


class DirectoryTables:
    """Each event carries the whole state and applies if its sequence is higher."""

    async def departments_of(self, tx: Transaction, numbers: Iterable[str]) -> dict[str, UUID]:
        """The department that has each number, or had it last (rule 2.3)."""
        result = await tx.execute(_DEPARTMENTS_OF, {"numbers": list(numbers)})
        return {row.value: row.department_id for row in result}

    async def phones_for(
        self, tx: Transaction, *, number_to: str, caller: str
    ) -> tuple[UUID | None, str | None, str | None]:
        """Department, desk phone of the case manager assigned to the caller, fallback phone."""
        department_id = (await self.departments_of(tx, [number_to])).get(number_to)
        if department_id is None:
            return None, None, None
        result = await tx.execute(_PHONES_FOR, {"department_id": department_id, "caller": caller})
        row = result.one_or_none()
        return (department_id, row.desk_phone, row.fallback_phone) if row else (None, None, None)

    async def learn_departments(
        self, tx: Transaction, events: Sequence[DepartmentChangedV1]
    ) -> None:
        """Departments, their numbers and rates."""
        for event in events:
            result = await tx.execute(
                _DEPARTMENT,
                {
                    "id": event.aggregate_id,
                    "sequence": event.sequence,
                    "name": event.department_name,
                    "time_zone": event.time_zone,
                    "fallback_phone": event.fallback_phone,
                    "rate": event.segments_per_second,
                    "is_closed": event.is_closed,
                },
            )
            if result.scalar_one_or_none() is not None:
                await self._learn_numbers(tx, event)

    async def _learn_numbers(self, tx: Transaction, event: DepartmentChangedV1) -> None:
        rows = _rows([(event.aggregate_id, event.numbers)])
        delete, insert = _DEPARTMENT_NUMBERS
        await tx.execute(delete, {"owners": [event.aggregate_id]})
        await tx.execute(insert, {"rows": rows})
        await tx.execute(
            _BUCKETS,
            {
                "id": event.aggregate_id,
                "rate": event.segments_per_second,
                "numbers": [number.value for number in event.numbers],
            },
        )

    async def learn_staff(self, tx: Transaction, events: Sequence[StaffChangedV1]) -> None:
        """Whom to ring, and who may open the gate."""
        for event in events:
            roles = {held.role for held in event.roles}
            await tx.execute(
                _STAFF,
                {
                    "id": event.aggregate_id,
                    "sequence": event.sequence,
                    "desk_phone": event.desk_phone,
                    "is_active": event.is_active,
                    "is_administrator": Role.ADMINISTRATOR in roles,
                    "is_supervisor": Role.SUPERVISOR in roles,
                },
            )

    async def learn_clients(self, tx: Transaction, events: Sequence[ClientChangedV1]) -> None:
        """Holders of numbers."""
        result = await tx.execute(
            _CLIENTS,
            {
                "rows": _json(
                    {"id": e.aggregate_id, "sequence": e.sequence, "merged_into": e.merged_into}
                    for e in events
                )
            },
        )
        newest = {(row.id, row.sequence) for row in result}
        owners = [
            (e.aggregate_id, e.numbers) for e in events if (e.aggregate_id, e.sequence) in newest
        ]
        if owners:
            delete, insert = _CLIENT_NUMBERS
            await tx.execute(delete, {"owners": [owner for owner, _ in owners]})
            await tx.execute(insert, {"rows": _rows(owners)})

    async def owned_numbers(self, tx: Transaction, now: datetime) -> list[OurNumber]:
        """Every number that a department has or had."""
        result = await tx.execute(_OWNED_NUMBERS, {"now": now})
        return [OurNumber(row.value, row.is_in_use) for row in result]

    async def learn_conversations(
        self, tx: Transaction, events: Sequence[ConversationChangedV1]
    ) -> None:
        """Who is assigned to whom."""
        rows = _json(
            {
                "id": e.aggregate_id,
                "sequence": e.sequence,
                "department_id": e.department_id,
                "client_id": e.client_id,
                "sender": e.sender,
                "state": e.state,
                "assigned_to": e.assigned_to,
                "merged_into": e.merged_into,
            }
            for e in events
        )
        await tx.execute(_CONVERSATIONS, {"rows": rows})


def _rows(owners: Iterable[tuple[UUID, Iterable[DatedNumber]]]) -> str:
    return _json(
        {"id": n.id, "owner": owner, "value": n.value, "since": n.since, "until": n.until}
        for owner, numbers in owners
        for n in numbers
    )


def _json(rows: Iterable[dict[str, object]]) -> str:
    return orjson.dumps(list(rows)).decode()
