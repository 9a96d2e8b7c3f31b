"""Keeping a subscription for as long as the process runs, whatever becomes of it meanwhile."""

import asyncio
from abc import abstractmethod

import structlog

from clientcomm_bus.connections import Link
from clientcomm_bus.losses import Pause
from clientcomm_bus.subscription import Subscription
from clientcomm_bus.watchdog import Watchdog
from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()


class Subscriber(OneTask):
    """One subscription after the other; ends in the middle of whatever it does."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._subscription: Subscription | None = None
        self._stopping = False
        self._pause = Pause()

    def is_ready(self) -> bool:
        """Whether it is consuming."""
        return self._subscription is not None and not self._subscription.is_lost

    @abstractmethod
    def _subscribed(self) -> Subscription:
        """A fresh subscription, to be opened."""

    @abstractmethod
    async def _consume(self, subscription: Subscription) -> None:
        """Until it is lost, or a fault; resets the pause when things go well."""

    async def _run(self) -> None:
        while not self._stopping:
            try:
                async with self._subscribed() as subscription:
                    self._subscription = subscription
                    await self._consume(subscription)
            except Unavailable as fault:
                if not self._stopping:
                    log.warning("consumer_waits", component=self.name, reason=str(fault))
                    await self._pause.wait()
            except Exception:  # the boundary of the consumer loop: it must outlive any fault
                log.exception("consumer_failed", component=self.name)
                await self._pause.wait()


class QueueConsumer(Subscriber):
    """The same for a queue where work waits: watched, and what is under way is finished first."""

    def __init__(self, name: str, link: Link, queue: str, *, stop_within: float) -> None:
        super().__init__(name)
        self._link = link
        self._queue = queue
        self._stop_within = stop_within
        self._watchdog = Watchdog(link, queue)

    def _may_wait(self) -> bool:
        """Whether what is in hand can still be finished and acknowledged."""
        return not self._stopping and self.is_ready()

    async def start(self) -> None:
        """Begin to consume, as soon as the broker is there."""
        await super().start()
        await self._watchdog.start()

    async def stop(self) -> None:
        """Finish what is under way, then end."""
        self._stopping = True
        await self._watchdog.stop()
        if self._subscription is not None:
            self._subscription.interrupt()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=self._stop_within)
        await super().stop()
