"""An export without its broker: journal and transcripts on a real database."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import pytest
from services.export.tests.factories import an_item
from sqlalchemy import text

from clientcomm_bus import Item
from clientcomm_chassis import SystemClock
from clientcomm_contracts.contract import Event
from clientcomm_contracts.export import GetTranscript, TranscriptReply
from clientcomm_export.adapters.journal_queue import JournalQueue
from clientcomm_export.adapters.requests import Requests
from clientcomm_export.adapters.thread_tables import ThreadDatabase
from clientcomm_persistence import Database


class Bench:
    """What a test drives, and what it reads off the tables."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, application_name="test")
        self.append = JournalQueue(self.database)
        self._store = ThreadDatabase(self.database)

    async def tell(self, *events: Event) -> None:
        """One batch."""
        await self.append([an_item(event) for event in events])

    async def tell_in_batches(self, items: Iterable[Item], *, size: int) -> None:
        items = list(items)
        for start in range(0, len(items), size):
            await self.append(items[start : start + size])

    async def transcript(self, request: GetTranscript, *, patience: float = 0) -> TranscriptReply:
        return await Requests(self._store, SystemClock(), patience=patience).transcript(request)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.database.transaction() as transaction:
            return [tuple(row) for row in await transaction.execute(text(query))]

    async def change(self, statement: str) -> None:
        async with self.database.transaction() as transaction:
            await transaction.execute(text(statement))

    async def journal_is_whole(self) -> bool:
        """Positions without gaps, and each aggregate in order from 1 on."""
        positions = await self.rows(
            "SELECT position, aggregate_id, sequence FROM journal ORDER BY 1"
        )
        last: dict[object, int] = {}
        for _, aggregate_id, sequence in positions:
            if sequence != last.get(aggregate_id, 0) + 1:
                return False
            last[aggregate_id] = sequence
        return [row[0] for row in positions] == list(range(1, len(positions) + 1))


@pytest.fixture
async def bench(database_for: Callable[[str], Any]) -> AsyncIterator[Bench]:
    made = Bench(database_for("export").runtime)
    yield made
    await made.database.close()
