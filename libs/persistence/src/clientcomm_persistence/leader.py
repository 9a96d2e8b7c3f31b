"""One active process per database for a task: an advisory lock on a session of its own.

The session is touched every 2 s and ends after 10 s without: a frozen holder loses the lock, and
can write nothing through this session afterwards.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence.outages import away_is_unavailable
from clientcomm_persistence.transaction import Transaction
from clientcomm_persistence.urls import NETWORK, for_sqlalchemy, session_options

log = structlog.get_logger()

_IDLE_LIMIT_MS = 10_000
_TOUCH_EVERY = 2.0
_TRY_EVERY = 0.5
_BEGIN_AGAIN_AFTER = 1.0


class Leadership:
    """The session that holds the lock; what is written through it is written by the leader."""

    def __init__(self, connection: AsyncConnection, raw: psycopg.AsyncConnection) -> None:
        self._connection = connection
        self.raw = raw

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction on the lock's own session, so that it fails once the lock is lost."""
        transaction = Transaction(self._connection)
        await self._connection.exec_driver_sql("BEGIN")
        try:
            yield transaction
            await transaction.flush()
            await self._connection.exec_driver_sql("COMMIT")
        except BaseException:
            if not self.raw.closed:
                await self._connection.exec_driver_sql("ROLLBACK")
            raise
        for notice in transaction.notices:
            await self.raw.execute("SELECT pg_notify(%s, %s)", notice)
        transaction.committed()


Work = Callable[[Leadership], Awaitable[None]]


class LeaderLock:
    """Does `work` for as long as this process holds the lock `name`; else stands by.

    `work` is cancelled when the lock is lost, and begun again when it is won again.
    """

    def __init__(self, url: str, name: str, work: Work, *, synchronous_commit: bool = True) -> None:
        self.name = name
        self._work = work
        self._engine = create_async_engine(
            for_sqlalchemy(url),
            poolclass=NullPool,
            use_native_hstore=False,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "application_name": name,
                **NETWORK,
                "options": session_options(
                    idle_session_timeout=_IDLE_LIMIT_MS,
                    idle_in_transaction_session_timeout=_IDLE_LIMIT_MS,
                    statement_timeout=_IDLE_LIMIT_MS,
                    synchronous_commit="on" if synchronous_commit else "off",
                    TimeZone="UTC",
                ),
            },
        )
        self._task: asyncio.Task[None] | None = None
        self._in_touch = False
        self.is_leader = False

    async def start(self) -> None:
        """Begin to compete for the lock."""
        self._task = asyncio.create_task(self._compete(), name=self.name)

    async def stop(self) -> None:
        """Stop the work and give the lock up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._engine.dispose()

    def is_ready(self) -> bool:
        """Whether it leads or stands by."""
        return self._in_touch

    async def _compete(self) -> None:
        while True:
            try:
                with away_is_unavailable():
                    await self._hold()
            except Unavailable as fault:
                log.warning("leader_lock_lost", lock=self.name, reason=str(fault))
            except Exception:  # the boundary of the loop: the work is begun again
                log.exception("leader_failed", lock=self.name)
            await asyncio.sleep(_BEGIN_AGAIN_AFTER)

    async def _hold(self) -> None:
        async with self._engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, psycopg.AsyncConnection)
            try:
                self._in_touch = True
                await self._win(raw)
                self.is_leader = True
                log.info("leader_lock_won", lock=self.name)
                await self._lead(Leadership(connection, raw))
            finally:
                self.is_leader = self._in_touch = False
                # Closing gives the lock up at once, whatever state the session is in.
                await raw.close()
                await connection.invalidate()

    async def _win(self, raw: psycopg.AsyncConnection) -> None:
        """Ask twice a second: a statement that waits for the lock would hold vacuum back."""
        query = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        while True:
            row = await (await raw.execute(query, (self.name,))).fetchone()
            if row is not None and row[0]:
                return
            await asyncio.sleep(_TRY_EVERY)

    async def _lead(self, leadership: Leadership) -> None:
        async def work() -> None:
            await self._work(leadership)

        tasks = [asyncio.create_task(work()), asyncio.create_task(_touch(leadership.raw))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


async def _touch(raw: psycopg.AsyncConnection) -> None:
    while True:
        await asyncio.sleep(_TOUCH_EVERY)
        try:
            await raw.execute("SELECT 1")
        except psycopg.errors.InFailedSqlTransaction:
            continue  # the work's transaction failed; the session lives
