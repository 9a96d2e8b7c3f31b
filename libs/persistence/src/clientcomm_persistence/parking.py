"""Where items lie that could not be handled, until a person replays or discards them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_bus.wire import MALFORMED, Item
from clientcomm_chassis.ids import new_id
from clientcomm_contracts.topology import wait_exchange
from clientcomm_persistence.database import Database
from clientcomm_persistence.outbox import Entry

_PARK = text("""
    INSERT INTO parked
        (id, queue, event_id, name, body, attempt, exception_type, correlation_id, traceparent)
    VALUES
        (:id, :queue, :event_id, :name, :body, :attempt, :exception_type, :correlation_id,
         :traceparent)
    ON CONFLICT (queue, event_id) DO NOTHING
""")
_LIST = text("""
    SELECT id, queue, event_id, name, attempt, exception_type, parked_at
    FROM parked ORDER BY parked_at, id
""")
_TAKE = text("""
    DELETE FROM parked WHERE id = :id AND name <> :malformed
    RETURNING queue, event_id, name, body, correlation_id, traceparent
""")
_DISCARD = text("DELETE FROM parked WHERE id = :id RETURNING id")


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """A parked item as the list shows it, without its body."""

    id: UUID
    queue: str
    event_id: UUID
    name: str
    attempt: int
    exception_type: str
    parked_at: datetime


class ParkingTable:
    """The table `parked` of a service; implements the bus's Parking."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def park(self, *, queue: str, item: Item, exception_type: str) -> None:
        """Keep an item, with the exception's type and never its text."""
        async with self._database.transaction() as transaction:
            await transaction.execute(
                _PARK,
                {
                    "id": new_id(),
                    "queue": queue,
                    "event_id": item.event_id,
                    "name": item.name,
                    "body": item.body,
                    "attempt": item.attempt,
                    "exception_type": exception_type,
                    "correlation_id": item.correlation_id,
                    "traceparent": item.traceparent,
                },
            )

    async def list(self) -> Sequence[ParkedItem]:
        """Everything parked, oldest first."""
        async with self._database.transaction() as transaction:
            rows = await transaction.execute(_LIST)
            return [ParkedItem(**row._mapping) for row in rows]  # noqa: SLF001 - public in spite of its name

    async def replay(self, parked_id: UUID) -> bool:
        """Send an item to its queue again, with its first attempt; False if it cannot be.

        It goes through the outbox, so it leaves this table and is published, or neither.
        """
        async with self._database.transaction() as transaction:
            taken = await transaction.execute(_TAKE, {"id": parked_id, "malformed": MALFORMED})
            row = taken.one_or_none()
            if row is None:
                return False
            transaction.write_entry(
                Entry(
                    row.event_id,
                    wait_exchange("1s"),
                    row.name,
                    row.queue,
                    bytes(row.body).decode(),
                    row.correlation_id,
                    row.traceparent,
                )
            )
            return True

    async def discard(self, parked_id: UUID) -> bool:
        """Forget an item for good; False if there is none."""
        async with self._database.transaction() as transaction:
            return (await transaction.execute(_DISCARD, {"id": parked_id})).first() is not None

    async def close(self) -> None:
        """End the connections of a command that had this table to itself."""
        await self._database.close()
