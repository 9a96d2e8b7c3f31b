"""Transcripts that were asked for by the API, to be fetched when their file is."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import insert, select

from clientcomm_chassis import new_id
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.people import RepeatKey
from clientcomm_gateway.adapters.store.statements import first_row
from clientcomm_gateway.adapters.store.tables import transcript_export
from clientcomm_gateway.application.ports import Clock
from clientcomm_persistence import Database, ReservedKey, Transaction


class Wanted(Protocol):
    """What is to be exported."""

    @property
    def conversation_id(self) -> UUID: ...
    @property
    def format(self) -> str: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class KeptExport:
    """One row."""

    id: UUID
    staff_id: UUID
    conversation_id: UUID
    format: str
    since: datetime | None
    until: datetime | None
    created_at: datetime


class PostgresExports:
    """Keeps what was asked for; what it holds is asked of export when the file is fetched."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(
        self, *, staff_id: UUID, wanted: Wanted, repeat_key: RepeatKey | None
    ) -> KeptExport:
        """A new export, or the one that was made under this key before."""
        kept = KeptExport(
            new_id(),
            staff_id,
            wanted.conversation_id,
            wanted.format,
            wanted.since,
            wanted.until,
            self._clock.now(),
        )
        return await self._database.run(
            lambda transaction: self._keep(transaction, kept, repeat_key)
        )

    async def find(self, export_id: UUID, staff_id: UUID) -> KeptExport:
        """One's own export. Raises Refused `not_found`."""
        statement = select(transcript_export).where(
            transcript_export.c.id == export_id, transcript_export.c.staff_id == staff_id
        )
        row = await first_row(self._database, statement)
        if row is None:
            raise not_found("export")
        return KeptExport(**row._mapping)  # noqa: SLF001 - public in spite of its name

    async def _keep(
        self, transaction: Transaction, kept: KeptExport, key: RepeatKey | None
    ) -> KeptExport:
        reserved = key and ReservedKey.of(kept.staff_id, key)
        if reserved:
            before = await transaction.answered(reserved)
            if before is not None:
                return await self.find(UUID(before["id"]), kept.staff_id)
        await transaction.execute(insert(transcript_export).values(asdict(kept)))
        if reserved:
            transaction.remember_answer(reserved, {"id": str(kept.id)})
        return kept
