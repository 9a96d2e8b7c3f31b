"""What died of the delivery limit: replayed once by itself, then parked."""

from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.consuming import QueueConsumer
from clientcomm_bus.losses import until_available
from clientcomm_bus.publisher import Publication, Publisher
from clientcomm_bus.retries import Parking
from clientcomm_bus.subscription import Delivery, Subscription
from clientcomm_bus.wire import encode
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.topology import dead_queue, wait_exchange

log = structlog.get_logger()

_REVIVED = "revived"
_DELAY = "30s"
_STOP_WITHIN = 5.0


class DeadLetterConsumer(QueueConsumer):
    """Consumes a service's dead queue.

    A crash-looping neighbour can use up the delivery limit of innocent messages that were
    prefetched with it (research §2.2), hence the one replay.
    """

    def __init__(
        self, broker: Broker, service: str, parking: Parking, *, delay: str = _DELAY
    ) -> None:
        link = broker.link(Purpose.CONSUMING)
        queue = dead_queue(service)
        super().__init__(f"dead letters {service}", link, queue, stop_within=_STOP_WITHIN)
        self._publisher = Publisher(broker)
        self._parking = parking
        self._delay = delay

    def _subscribed(self) -> Subscription:
        return Subscription(self._link, self._queue, prefetch=10)

    async def _consume(self, subscription: Subscription) -> None:
        while not self._stopping:
            for delivery in await subscription.gather(size=10):
                work = partial(self._bury_or_revive, delivery)
                with self._watchdog.busy():
                    await until_available(work, self._may_wait, queue=self._queue)
                await subscription.acknowledge(delivery.tag, multiple=False)
            self._pause.reset()

    async def _bury_or_revive(self, delivery: Delivery) -> None:
        headers = delivery.message.header.properties.headers or {}
        queue = _queue_of_death(headers)
        if queue is not None and not headers.get(_REVIVED):
            await self._revive(queue, delivery)
            return
        for item in delivery.items:
            await self._parking.park(
                queue=queue or self._queue, item=item, exception_type="DeliveryLimit"
            )
        log.error("dead_letter_parked", queue=queue, items=len(delivery.items))

    async def _revive(self, queue: str, delivery: Delivery) -> None:
        """Item by item, so that a pack's guilty one does not take its neighbours along again."""
        exchange = wait_exchange(self._delay)
        again = [
            Publication(exchange, queue, encode([item]), headers={_REVIVED: 1})
            for item in delivery.items
        ]
        if not all(await self._publisher.send(again)):
            raise Unavailable("broker: replay not confirmed")
        log.warning("dead_letter_replayed", queue=queue, items=len(delivery.items))


def _queue_of_death(headers: Mapping[str, object]) -> str | None:
    """The queue where it died; leaving a wait queue by expiry is no death."""
    deaths = headers.get("x-death")
    for death in deaths if isinstance(deaths, Sequence) else ():
        if isinstance(death, dict) and death.get("reason") != "expired":
            return str(death.get("queue"))
    return None
