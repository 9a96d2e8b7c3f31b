"""Looks once a minute for texts that wait too long to be read."""

import asyncio

import structlog

from clientcomm_contracts.faults import Unavailable
from clientcomm_conversations.adapters.escalation_tables import EscalationTables, watches
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.application.escalate_unread import AT_ONCE, Watch, escalate_unread
from clientcomm_persistence.database import Database
from clientcomm_persistence.transaction import Transaction

log = structlog.get_logger()

_LOOK_EVERY = 60.0


class Escalation:
    """Several processes may run one: each conversation is told of by whoever locks it first."""

    def __init__(self, database: Database, writers: Writers, *, every: float = _LOOK_EVERY) -> None:
        self._database = database
        self._writers = writers
        self._every = every

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                told = await self.look()
            except Unavailable:
                log.warning("escalation_waits")
            else:
                if told:
                    log.info("unread_texts_escalated", conversations=told)
            await asyncio.sleep(self._every)

    async def look(self) -> int:
        """One round over all departments; returns of how many conversations was told."""
        async with self._database.transaction() as tx:
            found = await watches(tx)
        total = 0
        for watch in found:
            while told := await self._tell(watch):
                total += told
                if told < AT_ONCE:
                    break
        return total

    async def _tell(self, watch: Watch) -> int:
        async def work(tx: Transaction) -> int:
            writer = self._writers.of(tx)
            store = EscalationTables(tx, self._writers.clock.now())
            return await escalate_unread(writer, store, watch)

        return await self._database.run(work)
