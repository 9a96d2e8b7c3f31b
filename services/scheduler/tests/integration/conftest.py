"""A scheduler without its broker: requests, directory and timer's work on a real database."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest
from services.scheduler.tests.factories import HandClock
from sqlalchemy import text

from clientcomm_bus import Item
from clientcomm_chassis import new_id
from clientcomm_contracts.contract import Message, contract_named
from clientcomm_persistence import Database, InboxProcessor, Transaction
from clientcomm_scheduler.adapters.directory import Directory, only_scheduled
from clientcomm_scheduler.adapters.requests import Requests
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.adapters.zone_keeper import ZoneKeeper
from clientcomm_scheduler.application.hand_over_due import hand_over_due
from clientcomm_scheduler.application.surroundings import Surroundings


class Bench:
    """What a test drives, and what it reads off the outbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url, application_name="test")
        self.clock = HandClock()
        self.zone_data = "2026a"
        self.requests = Requests(self.database, self.around)
        self._follow = only_scheduled(
            InboxProcessor(
                self.database,
                consumer="scheduler.directory",
                handlers=Directory(self.around).handlers(),
            )
        )

    def around(self) -> Surroundings:
        return Surroundings(self.clock.now(), new_id, self.zone_data)

    async def follow(self, *items: Item) -> None:
        await self._follow(items)

    async def tick(self) -> int:
        """One round of the timer."""
        now = self.clock.now()
        due = await self.database.run(lambda tx: hand_over_due(ScheduleTables(tx), now))
        return len(due)

    async def catch_up_zones(self) -> int:
        return await ZoneKeeper(self.database, self.around).catch_up()

    async def told(self, contract: type[Message] | None = None) -> list[Any]:
        """What the outbox holds, in order."""
        rows = await self.rows("SELECT name, body FROM outbox ORDER BY position")
        every = [contract_named(name).read(body) for name, body in rows]
        return [one for one in every if contract is None or isinstance(one, contract)]

    async def forget_told(self) -> None:
        async with self.database.transaction() as transaction:
            await transaction.execute(text("DELETE FROM outbox"))

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async def read(transaction: Transaction) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await transaction.execute(text(query))]

        return await self.database.run(read)

    async def occurrence_of(self, schedule_id: UUID) -> UUID:
        rows = await self.rows(
            "SELECT o.id FROM occurrence o JOIN schedule s ON s.id = o.schedule_id "
            f"AND s.number = o.number WHERE s.id = '{schedule_id}'"
        )
        found: UUID = rows[0][0]
        return found


@pytest.fixture
async def bench(database_for: Callable[[str], Any]) -> AsyncIterator[Bench]:
    made = Bench(database_for("scheduler").runtime)
    yield made
    await made.database.close()
