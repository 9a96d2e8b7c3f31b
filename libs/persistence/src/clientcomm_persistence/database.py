"""A service's database: a pool of connections, and transactions on them."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from psycopg.types.array import ListBinaryDumper
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence.notifier import Notifier
from clientcomm_persistence.outages import (
    OutcomeUnknown,
    away_is_unavailable,
    may_run_again,
)
from clientcomm_persistence.outbox import CHANNEL
from clientcomm_persistence.transaction import Transaction
from clientcomm_persistence.urls import NETWORK, for_sqlalchemy, session_options

T = TypeVar("T")

_IDLE_IN_TRANSACTION_MS = 15_000


class Database:
    """Gives transactions; raises Unavailable while the database is away."""

    def __init__(
        self,
        url: str,
        *,
        application_name: str,
        pool_size: int = 10,
        statement_timeout_ms: int = 15_000,
        acquire_timeout: float = 3.0,
    ) -> None:
        self.url = url
        self.wake_relay: Callable[[], bool] = lambda: False
        self._notifier = Notifier(url, application_name=application_name)
        self._engine = create_async_engine(
            for_sqlalchemy(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=acquire_timeout,
            pool_use_lifo=True,
            use_native_hstore=False,
            connect_args={
                "application_name": application_name,
                **NETWORK,
                "options": session_options(
                    statement_timeout=statement_timeout_ms,
                    idle_in_transaction_session_timeout=_IDLE_IN_TRANSACTION_MS,
                    TimeZone="UTC",
                ),
            },
        )
        event.listen(self._engine.sync_engine, "connect", _send_lists_in_binary)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction, committed when the block ends and rolled back when it raises.

        Raises Unavailable, and OutcomeUnknown if the connection is lost during the commit.
        """
        with away_is_unavailable():
            async with self._engine.connect() as connection:
                transaction = Transaction(connection)
                await connection.begin()
                yield transaction
                await transaction.flush()
                await _commit(connection)
        for channel, payload in transaction.notices:
            if channel != CHANNEL or not self.wake_relay():
                self._notifier.notify(channel, payload)
        transaction.committed()

    async def run(self, work: Callable[[Transaction], Awaitable[T]], *, attempts: int = 4) -> T:
        """Do the work in a transaction; all of it again if it lost against another one.

        A connection that was dead in the pool costs one more attempt, not the caller's patience.
        """
        return await _again(self.transaction, work, attempts)

    async def read(self, work: Callable[[Transaction], Awaitable[T]], *, attempts: int = 4) -> T:
        """Do work that only reads: each statement sees what was committed before it.

        That is what `run` gives as well (READ COMMITTED), without the way for BEGIN and COMMIT.
        """
        return await _again(self._statements, work, attempts)

    @asynccontextmanager
    async def _statements(self) -> AsyncIterator[Transaction]:
        with away_is_unavailable():
            async with self._reading.connect() as connection:
                transaction = Transaction(connection)
                yield transaction
                if transaction.has_news:
                    raise RuntimeError("nothing can be told from a work that only reads")

    async def is_ready(self) -> bool:
        """Whether the database answers now."""
        try:
            async with self.transaction() as transaction:
                await transaction.execute(text("SELECT 1"))
        except Unavailable:
            return False
        return True

    async def close(self) -> None:
        """Close all connections."""
        await self._notifier.close()
        await self._engine.dispose()


async def _again(
    begin: Callable[[], AbstractAsyncContextManager[Transaction]],
    work: Callable[[Transaction], Awaitable[T]],
    attempts: int,
) -> T:
    for remaining in range(attempts - 1, -1, -1):
        try:
            async with begin() as transaction:
                return await work(transaction)
        except OutcomeUnknown:
            raise
        except Unavailable as fault:
            if not remaining or not _was_stale(fault):
                raise
        except DBAPIError as error:
            if not remaining or not may_run_again(error):
                raise
            await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - only spreads
    raise AssertionError("unreachable")


def _send_lists_in_binary(_connection: object, record: ConnectionPoolEntry) -> None:
    """A list as text is escaped element by element, at 5 to 20 times the time of all the rest."""
    driver: Any = record.driver_connection
    driver.adapters.register_dumper(list, ListBinaryDumper)


async def _commit(connection: AsyncConnection) -> None:
    try:
        with away_is_unavailable():
            await connection.commit()
    except Unavailable as fault:
        raise OutcomeUnknown(str(fault)) from fault


def _was_stale(fault: Unavailable) -> bool:
    """A pooled connection that had died; SQLAlchemy has emptied the pool, a new one may do."""
    cause = fault.__cause__
    return isinstance(cause, DBAPIError) and cause.connection_invalidated


class DatabaseHealth:
    """Asks every 2 s whether the database answers, as a component of the process."""

    def __init__(self, database: Database, *, every: float = 2.0) -> None:
        self.name = "database"
        self._database = database
        self._every = every
        self._ready = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Ask once, then keep asking."""
        self._ready = await self._database.is_ready()
        self._task = asyncio.create_task(self._ask(), name="database health")

    async def stop(self) -> None:
        """Stop asking and close the pool; started first, so stopped last."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._database.close()

    def is_ready(self) -> bool:
        """Whether the database answered the last time."""
        return self._ready

    async def _ask(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            self._ready = await self._database.is_ready()
