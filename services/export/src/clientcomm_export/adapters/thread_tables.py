"""Threads in PostgreSQL, as transcripts read them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, text

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState
from clientcomm_export.adapters.journal_statements import PROGRESS
from clientcomm_export.application.get_transcript import Range, Threads
from clientcomm_export.domain.entry import Attached, Entry
from clientcomm_export.domain.journal import Progress
from clientcomm_export.domain.pages import Place
from clientcomm_export.domain.thread import Absorption
from clientcomm_persistence import Database, Transaction

T = TypeVar("T")

_SURVIVOR = text("""
    WITH RECURSIVE path AS (
        SELECT CAST(:id AS uuid) AS id, 0 AS step
        UNION
        SELECT a.survivor_id, step + 1 FROM path JOIN absorption a ON a.absorbed_id = path.id
        WHERE step < 100
    )
    SELECT id FROM path ORDER BY step DESC LIMIT 1
""")
_ABSORBED = text("""
    WITH RECURSIVE family AS (
        SELECT absorbed_id, survivor_id, absorbed_sequence FROM absorption
        WHERE survivor_id = :id
        UNION
        SELECT a.absorbed_id, a.survivor_id, a.absorbed_sequence
        FROM family JOIN absorption a ON a.survivor_id = family.absorbed_id
    )
    SELECT absorbed_id, survivor_id, absorbed_sequence FROM family
""")
_PAGE = text("""
    SELECT id, at, direction, author, staff_name, number_from, number_to, body, received_at,
        state, state_at, error_code, marker, details
    FROM thread_entry
    WHERE conversation_id = ANY(CAST(:ids AS uuid[])) AND at IS NOT NULL
      AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
      AND (CAST(:until AS timestamptz) IS NULL OR at < :until)
      AND (CAST(:after_at AS timestamptz) IS NULL
           OR (at, id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
    ORDER BY at, id LIMIT :limit
""")
_ATTACHMENTS = text("""
    SELECT id, message_id, content_type, file_name, size_bytes, problem FROM attachment
    WHERE message_id = ANY(CAST(:ids AS uuid[])) ORDER BY message_id, id
""")


class ThreadTables:
    """Implements `Threads` on one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def survivor(self, conversation_id: UUID) -> UUID:
        """The conversation itself, or what it was merged into in the end."""
        found: UUID = (
            await self._transaction.execute(_SURVIVOR, {"id": conversation_id})
        ).scalar_one()
        return found

    async def absorbed(self, survivor_id: UUID) -> Sequence[Absorption]:
        """All that was merged into it, directly or not."""
        rows = await self._transaction.execute(_ABSORBED, {"id": survivor_id})
        return [Absorption(row.absorbed_id, row.survivor_id, row.absorbed_sequence) for row in rows]

    async def progress(self, aggregate_ids: Collection[UUID]) -> Mapping[UUID, Progress]:
        """How far the journal holds these."""
        rows = await self._transaction.execute(PROGRESS, {"ids": list(aggregate_ids)})
        return {row.id: Progress(row.last_sequence, row.last_occurred_at, row.held) for row in rows}

    async def page(
        self, conversation_ids: Collection[UUID], within: Range, *, after: Place | None, limit: int
    ) -> Sequence[Entry]:
        """Entries of these threads, oldest first, with their attachments."""
        rows = await self._transaction.execute(
            _PAGE,
            {
                "ids": list(conversation_ids),
                "since": within.since,
                "until": within.until,
                "after_at": after.at if after else None,
                "after_id": after.id if after else None,
                "limit": limit,
            },
        )
        found = rows.all()
        attached = await self._attached([row.id for row in found])
        return [_entry_of(row, attached.get(row.id, ())) for row in found]

    async def _attached(self, message_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Attached, ...]]:
        rows = await self._transaction.execute(_ATTACHMENTS, {"ids": message_ids})
        by_message: defaultdict[UUID, tuple[Attached, ...]] = defaultdict(tuple)
        for row in rows:
            by_message[row.message_id] += (
                Attached(row.id, row.content_type, row.file_name, row.size_bytes, row.problem),
            )
        return by_message


class ThreadDatabase:
    """Implements `ThreadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, at: Callable[[Threads], Awaitable[T]]) -> T:
        """One transaction."""
        return await self._database.run(lambda transaction: at(ThreadTables(transaction)))


def _entry_of(row: Row[Any], attached: tuple[Attached, ...]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        direction=Direction(row.direction) if row.direction else None,
        author=Author(row.author) if row.author else None,
        staff_name=row.staff_name,
        number_from=row.number_from,
        number_to=row.number_to,
        body=row.body or "",
        received_at=row.received_at,
        state=MessageState(row.state) if row.state else None,
        state_at=row.state_at,
        error_code=row.error_code,
        marker=MarkerKind(row.marker) if row.marker else None,
        details=row.details,
        attachments=attached,
    )
