"""A consumer that takes many items into one transaction and singles out those that fail."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.consuming import QueueConsumer
from clientcomm_bus.losses import until_available
from clientcomm_bus.pace import Pace
from clientcomm_bus.publisher import Publisher
from clientcomm_bus.retries import Parking, RetryLadder
from clientcomm_bus.subscription import Subscription
from clientcomm_bus.wire import Item
from clientcomm_chassis.failpoints import failpoint
from clientcomm_chassis.metrics import counter, seconds
from clientcomm_contracts.faults import Unavailable

T = TypeVar("T")
Process = Callable[[Sequence[Item]], Awaitable[None]]
"""Handles a batch in one transaction that is committed when it returns."""

_handled = counter("bus_items_handled", "Items handled and committed", ["queue"])
_took = seconds("bus_batch", "Handling one batch, commit included", ["queue"])
_STOP_WITHIN = 8.0


class BatchConsumer(QueueConsumer):
    """Consumes one work queue: batch, commit, acknowledge; a failing item goes its own way."""

    def __init__(  # noqa: PLR0913 - what it is, then how it is tuned
        self,
        broker: Broker,
        queue: str,
        process: Process,
        parking: Parking,
        *,
        batch_size: int = 200,
        linger: float = 0.02,
        is_awaited: bool = True,
        prefetch: int = 100,
        max_attempts: int = 8,
    ) -> None:
        link = broker.link(Purpose.CONSUMING)
        super().__init__(f"consumer {queue}", link, queue, stop_within=_STOP_WITHIN)
        self._process = process
        self._ladder = RetryLadder(Publisher(broker), parking, max_attempts=max_attempts)
        self._batch_size = batch_size
        self._pace = Pace(linger, is_awaited=is_awaited)
        self._prefetch = prefetch

    def _subscribed(self) -> Subscription:
        return Subscription(self._link, self._queue, prefetch=self._prefetch)

    async def _consume(self, subscription: Subscription) -> None:
        self._pause.reset()
        while not self._stopping:
            batch = await subscription.gather(size=self._batch_size, pace=self._pace)
            items = [item for delivery in batch for item in delivery.items]
            with self._watchdog.busy(), _took.labels(self._queue).time():
                await self._handle(items)
            failpoint("after_commit")
            await subscription.acknowledge(batch[-1].tag)
            _handled.labels(self._queue).inc(len(items))

    async def _handle(self, items: Sequence[Item]) -> None:
        """All together; when that fails one by one, so that only the failing item is set aside."""
        failure = await self._until_available(lambda: self._attempt(items))
        if failure is None:
            return
        if len(items) == 1:
            await self._until_available(lambda: self._set_aside(items[0], failure))
            return
        for item in items:
            await self._handle([item])

    async def _attempt(self, items: Sequence[Item]) -> Exception | None:
        try:
            await self._process(items)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the consumer loop's boundary
            return error
        return None

    async def _set_aside(self, item: Item, failure: Exception) -> None:
        await self._ladder.set_aside(self._queue, item, failure)

    async def _until_available(self, work: Callable[[], Awaitable[T]]) -> T:
        """A database or broker that is away pauses the consumer and costs no attempt."""
        return await until_available(work, self._may_wait, queue=self._queue)
