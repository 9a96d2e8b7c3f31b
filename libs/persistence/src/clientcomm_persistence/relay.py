"""Moves the outbox to the broker: one active relay per database, rows in order, many in flight."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import psycopg
import structlog

from clientcomm_bus.pace import Pace
from clientcomm_chassis.metrics import counter, gauge
from clientcomm_persistence.database import Database
from clientcomm_persistence.in_flight import InFlight
from clientcomm_persistence.leader import LeaderLock, Leadership
from clientcomm_persistence.outbox import CHANNEL, OutboxRow, PublishRows
from clientcomm_persistence.urls import for_psycopg

log = structlog.get_logger()

_READ = 500
_POLL = 1.0
_WAIT_FOR_COMPANY = 0.02
_LISTEN_AGAIN_AFTER = 1.0
_SETTLE_WITHIN = 2.0
_MEASURE_EVERY = 5.0

_SELECT = """
    SELECT position, event_id, exchange, name, routing_key, body, correlation_id, traceparent
    FROM outbox WHERE position <> ALL(%s) ORDER BY position LIMIT %s
"""
_DELETE_AND_SELECT = f"WITH gone AS (DELETE FROM outbox WHERE position = ANY(%s)) {_SELECT}"  # noqa: S608 - constants
_DELETE = "DELETE FROM outbox WHERE position = ANY(%s)"

_OLDEST = """
    SELECT coalesce(extract(epoch FROM now() - created_at), 0)
    FROM outbox ORDER BY position LIMIT 1
"""

_PARKED = "SELECT count(*) FROM parked"

_relayed = counter("outbox_relayed", "Outbox rows published and confirmed")
_oldest = gauge("outbox_oldest_seconds", "Age of the oldest row that is not confirmed")
_parked = gauge("parked_items", "Items that could not be handled and wait for a person")


class Relay:
    """Publishes outbox rows and deletes those that were confirmed; at least once, in order.

    Wakes by NOTIFY from other processes, at once by what `writer` commits in this one, and by a
    poll each second behind both.
    """

    def __init__(
        self,
        database_url: str,
        publish: PublishRows,
        *,
        name: str = "relay",
        writer: Database | None = None,
    ) -> None:
        self.name = name
        if writer is not None:
            writer.wake_relay = self.wake
        self._url = for_psycopg(database_url)
        self._publish = publish
        # A deletion that a crash undoes only repeats a publish, which the inbox removes.
        self._lock = LeaderLock(database_url, name, self._work, synchronous_commit=False)
        self._in_flight: InFlight | None = None

    async def start(self) -> None:
        """Begin to compete for being the active relay."""
        await self._lock.start()

    async def stop(self) -> None:
        """Finish what is in flight, then give the lock up."""
        await self._lock.stop()

    def is_ready(self) -> bool:
        """Whether it relays or stands by."""
        return self._lock.is_ready()

    @property
    def is_active(self) -> bool:
        """Whether this is the active relay."""
        return self._lock.is_leader

    def wake(self) -> bool:
        """There may be rows to relay; says whether this is the relay that will."""
        if self._in_flight is None or not self.is_active:
            return False
        self._in_flight.wake()
        return True

    async def _work(self, leadership: Leadership) -> None:
        in_flight = self._in_flight = InFlight(self._publish)
        helpers = [
            asyncio.create_task(self._listen(in_flight), name="outbox listener"),
            asyncio.create_task(_measure(leadership.raw), name="outbox gauge"),
        ]
        try:
            await _move(leadership.raw, in_flight)
        finally:
            for helper in helpers:
                helper.cancel()
            await in_flight.settle(_SETTLE_WITHIN)
            with suppress(psycopg.Error):
                await _delete(leadership.raw, in_flight)
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _listen(self, in_flight: InFlight) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, application_name=self.name
                )
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    in_flight.wake()
                    async for _ in connection.notifies():
                        in_flight.wake()
            await asyncio.sleep(_LISTEN_AGAIN_AFTER)


async def _move(raw: psycopg.AsyncConnection, in_flight: InFlight) -> None:
    pace = Pace(_WAIT_FOR_COMPANY)
    while True:
        if in_flight.may_read():
            rows = await _read(raw, in_flight)
            in_flight.hand_over(rows, more=len(rows) == _READ)
            pace.note(len(rows))
            if rows and len(rows) < _READ:
                await asyncio.sleep(pace.wait())
        else:
            await _delete(raw, in_flight)
        await in_flight.wait(_POLL)


async def _read(raw: psycopg.AsyncConnection, in_flight: InFlight) -> Sequence[OutboxRow]:
    """The next rows; those that were confirmed are deleted on the same way."""
    confirmed = in_flight.take_confirmed()
    held = in_flight.positions()
    if confirmed:
        cursor = await raw.execute(_DELETE_AND_SELECT, (confirmed, held, _READ))
    else:
        cursor = await raw.execute(_SELECT, (held, _READ))
    rows = [OutboxRow(*row) for row in await cursor.fetchall()]
    _forget(in_flight, confirmed)
    return rows


async def _measure(raw: psycopg.AsyncConnection) -> None:
    """The figures of the service's database; whoever is relieved says nothing of it any more."""
    try:
        while True:
            row = await (await raw.execute(_OLDEST)).fetchone()
            _oldest.set(row[0] if row else 0)
            row = await (await raw.execute(_PARKED)).fetchone()
            _parked.set(row[0] if row else 0)
            await asyncio.sleep(_MEASURE_EVERY)
    finally:
        _oldest.set(0)
        _parked.set(0)


async def _delete(raw: psycopg.AsyncConnection, in_flight: InFlight) -> None:
    if confirmed := in_flight.take_confirmed():
        await raw.execute(_DELETE, (confirmed,))
        _forget(in_flight, confirmed)


def _forget(in_flight: InFlight, confirmed: Sequence[int]) -> None:
    in_flight.forget(confirmed)
    _relayed.inc(len(confirmed))
