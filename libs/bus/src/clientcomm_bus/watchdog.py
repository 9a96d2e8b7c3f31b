"""Ends a process that should be consuming and is not; its supervisor begins it anew."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from aio_pika.exceptions import ChannelNotFoundEntity

from clientcomm_bus.connections import Link
from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_chassis.metrics import gauge
from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()

EXIT_STUCK = 70
_waiting = gauge("bus_queue_waiting", "Messages in a queue, -1 if there is none", ["queue"])


def _end_process() -> None:
    os._exit(EXIT_STUCK)


class Watchdog:
    """Looks at one queue: messages there, or the queue gone, and nothing received for `limit` s.

    Consumers that were not restored after a reconnect are the reason (research §2.5).
    """

    def __init__(
        self,
        link: Link,
        queue: str,
        *,
        limit: float = 60.0,
        every: float = 15.0,
        end: Callable[[], None] = _end_process,
    ) -> None:
        self._link = link
        self._queue = queue
        self._limit = limit
        self._every = every
        self._end = end
        self._busy = 0
        self._well_at = 0.0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._well()
        self._task = asyncio.create_task(self._watch(), name=f"watchdog {self._queue}")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Work on something received: all is well, however long it takes."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._well()

    def _well(self) -> None:
        self._well_at = asyncio.get_running_loop().time()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            has_work = await self._has_work()
            if self._busy or not has_work:
                self._well()
            elif asyncio.get_running_loop().time() - self._well_at >= self._limit:
                log.critical("consumer_stuck", queue=self._queue)
                self._end()

    async def _has_work(self) -> bool:
        try:
            depth = await self._depth()
        except Unavailable:
            return False  # a broker that is away is nobody's fault here
        _waiting.labels(self._queue).set(depth)
        return depth != 0

    async def _depth(self) -> int:
        """Messages waiting in the queue; -1 if there is no such queue."""
        channel = await self._link.channel(confirms=False)
        with loss_is_unavailable():
            try:
                declared = await channel.queue_declare(self._queue, passive=True, timeout=5)
            except ChannelNotFoundEntity:
                return -1
            await channel.close(timeout=3)
            return declared.message_count or 0
