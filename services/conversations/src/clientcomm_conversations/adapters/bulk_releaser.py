"""Releases mass messages slice by slice, as long as there are any."""

import asyncio
from uuid import UUID

import structlog

from clientcomm_contracts.faults import Unavailable
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.adapters.statements.bulk import departments_with_bulk
from clientcomm_conversations.application.release_bulk import release_bulk
from clientcomm_persistence.database import Database
from clientcomm_persistence.transaction import Transaction

log = structlog.get_logger()

_LOOK_EVERY = 1.0


class BulkReleaser:
    """Wakes when a mass message was confirmed here, and looks once a second behind that.

    Several processes may run one: a department's turn is taken in the database.
    """

    def __init__(self, database: Database, writers: Writers, *, every: float = _LOOK_EVERY) -> None:
        self._database = database
        self._writers = writers
        self._every = every

    async def run(self) -> None:
        """Release for ever."""
        while True:
            self._writers.bulk_waits.clear()
            try:
                await self.release_all()
            except Unavailable:
                log.warning("bulk_release_waits")
            try:
                async with asyncio.timeout(self._every):
                    await self._writers.bulk_waits.wait()
            except TimeoutError:
                continue

    async def release_all(self) -> int:
        """Everything that may be released now; returns how many recipients that were."""
        total = 0
        async with self._database.transaction() as tx:
            departments = await departments_with_bulk(tx, self._writers.clock.now())
        for department_id in departments:
            while dealt_with := await self._release(department_id):
                total += dealt_with
        return total

    async def _release(self, department_id: UUID) -> int:
        async def work(tx: Transaction) -> int:
            return await release_bulk(self._writers.of(tx), department_id)

        return await self._database.run(work)
