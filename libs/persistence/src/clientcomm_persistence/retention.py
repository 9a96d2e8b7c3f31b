"""Forgets inbox rows after 14 days, idempotency keys after 7, and what a service adds."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import TextClause, text

from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence.database import Database

log = structlog.get_logger()

_SLICE = 5_000
_EVERY = 3600.0

_INBOX = text("""
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox WHERE received_at < now() - interval '14 days' LIMIT :slice))
    RETURNING 1
""")
_IDEMPOTENCY = text("""
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency WHERE created_at < now() - interval '7 days' LIMIT :slice))
    RETURNING 1
""")


class Retention(OneTask):
    """Deletes in slices, once an hour; doing it in two processes does no harm.

    `further`: statements of the same form, which delete at most `:slice` rows and return each.
    """

    def __init__(
        self, database: Database, *, further: Sequence[TextClause] = (), every: float = _EVERY
    ) -> None:
        super().__init__("retention")
        self._database = database
        self._statements = (_INBOX, _IDEMPOTENCY, *further)
        self._every = every

    def is_ready(self) -> bool:
        """Always: being late with forgetting stops nobody's work."""
        return True

    async def forget(self) -> int:
        """Delete all that is due; returns how many rows."""
        return sum([await self._in_slices(statement) for statement in self._statements])

    async def _in_slices(self, statement: TextClause) -> int:
        total = 0
        while True:
            async with self._database.transaction() as transaction:
                deleted = len((await transaction.execute(statement, {"slice": _SLICE})).all())
            total += deleted
            if deleted < _SLICE:
                return total

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                log.info("retention_done", rows=await self.forget())
            except Unavailable:
                log.warning("retention_waits")
