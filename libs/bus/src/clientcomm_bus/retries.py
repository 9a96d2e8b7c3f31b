"""Where a failed item goes: to the wait queue of its attempt, or out of the way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import structlog

from clientcomm_bus.publisher import Publisher
from clientcomm_bus.wire import Item, Outgoing
from clientcomm_chassis.metrics import counter
from clientcomm_contracts.contract import Unparsable
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.topology import WAITS, wait_exchange

log = structlog.get_logger()

_retried = counter("bus_retries", "Items sent to a wait queue", ["queue"])
_parked = counter("bus_parked", "Items parked for a person to judge", ["queue"])
_DELAYS = tuple(WAITS)


class Parking(Protocol):
    """Where items lie that cannot be handled, until a person replays or discards them."""

    async def park(self, *, queue: str, item: Item, exception_type: str) -> None:
        """Keep the item for a person to judge. Raises Unavailable."""
        ...


class RetryLadder:
    """Sends an item back to its queue after 1 s, 5 s, 30 s, 2 m, 10 m, 1 h, 1 h … then parks it."""

    def __init__(
        self,
        publisher: Publisher,
        parking: Parking,
        *,
        max_attempts: int,
        delays: tuple[str, ...] = _DELAYS,
    ) -> None:
        self._publisher = publisher
        self._parking = parking
        self._max_attempts = max_attempts
        self._delays = delays

    async def set_aside(self, queue: str, item: Item, error: BaseException) -> None:
        """Durably retry later, or park. Raises Unavailable if neither could be done now."""
        kind = type(error).__name__
        context: Mapping[str, str | int] = {
            "queue": queue,
            "name": item.name,
            "event_id": str(item.event_id),
            "attempt": item.attempt,
        }
        if isinstance(error, Unparsable) or item.attempt >= self._max_attempts:
            await self._parking.park(queue=queue, item=item, exception_type=kind)
            _parked.labels(queue).inc()
            log.error("item_parked", **context, exc_info=error)
            return
        await self._retry(queue, item)
        _retried.labels(queue).inc()
        log.warning("item_retried", **context, exc_info=error)

    async def _retry(self, queue: str, item: Item) -> None:
        delay = self._delays[min(item.attempt, len(self._delays)) - 1]
        again = replace(item, attempt=item.attempt + 1)
        [confirmed] = await self._publisher.publish(
            [Outgoing(wait_exchange(delay), queue, [again])]
        )
        if not confirmed:
            raise Unavailable("broker: retry not confirmed")
