"""One consumer on a channel of its own: deliveries in, acknowledgements out, its loss noticed."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Self

from aiormq import Channel
from aiormq.abc import DeliveredMessage

from clientcomm_bus.connections import Link
from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_bus.pace import Pace
from clientcomm_bus.wire import Item, decode
from clientcomm_contracts.faults import Unavailable


@dataclass(frozen=True, slots=True)
class Delivery:
    """An AMQP message as it arrived, with its items."""

    tag: int
    message: DeliveredMessage
    items: list[Item]


class Subscription:
    """A callback consumer whose deliveries wait in memory, at most `prefetch` of them."""

    def __init__(self, link: Link, queue: str, *, prefetch: int, no_ack: bool = False) -> None:
        self._link = link
        self._queue = queue
        self._prefetch = prefetch
        self._no_ack = no_ack
        self._waiting: deque[Delivery] = deque()
        self._news = asyncio.Event()
        self._channel: Channel | None = None
        self.is_lost = False

    async def __aenter__(self) -> Self:
        channel = await self._link.channel(confirms=False)
        self._channel = channel
        channel.on_consumer_cancel_callbacks.add(self._on_lost)
        channel.closing.add_done_callback(self._on_lost)
        with loss_is_unavailable():
            await self.prepare(channel)
            await channel.basic_qos(prefetch_count=self._prefetch, timeout=5)
            await channel.basic_consume(
                self._queue, self._on_delivery, no_ack=self._no_ack, timeout=5
            )
        return self

    async def prepare(self, channel: Channel) -> None:
        """Hook for what must be declared on the channel before consuming."""

    async def __aexit__(self, *_: object) -> None:
        channel, self._channel = self._channel, None
        if channel is not None and not channel.is_closed:
            try:
                with loss_is_unavailable():
                    await channel.close(timeout=3)
            except Unavailable:
                self._link.abandon()

    async def gather(self, *, size: int, pace: Pace | None = None) -> list[Delivery]:
        """Wait for a delivery, then take what is there, up to about `size` items.

        Waits a little for more while many come. Raises Unavailable when lost.
        """
        while not self._waiting:
            if self.is_lost:
                raise Unavailable("broker: consumer lost")
            self._news.clear()
            await self._news.wait()
        if pace is not None and not self._has(size) and (wait := pace.wait()):
            await asyncio.sleep(wait)
        taken = self._take(size)
        if pace is not None:
            pace.note(sum(len(delivery.items) for delivery in taken))
        return taken

    def interrupt(self) -> None:
        """Let `gather` raise, so that a stop is not held up by an empty queue."""
        self._on_lost()

    async def acknowledge(self, tag: int, *, multiple: bool = True) -> None:
        """Acknowledge; on a lost channel this does nothing, the broker will deliver again."""
        if self._channel is None or self._channel.is_closed:
            return
        try:
            with loss_is_unavailable():
                await self._channel.basic_ack(tag, multiple=multiple, wait=False)
        except Unavailable:
            self._on_lost()

    def _has(self, size: int) -> bool:
        """Whether waiting would bring nothing: a full batch, or all that the broker may send."""
        items = sum(len(delivery.items) for delivery in self._waiting)
        return items >= size or len(self._waiting) >= self._prefetch // 2

    def _take(self, size: int) -> list[Delivery]:
        taken: list[Delivery] = []
        items = 0
        while self._waiting and items < size:
            delivery = self._waiting.popleft()
            taken.append(delivery)
            items += len(delivery.items)
        return taken

    async def _on_delivery(self, message: DeliveredMessage) -> None:
        tag = message.delivery_tag or 0
        self._waiting.append(Delivery(tag, message, decode(message.body)))
        self._news.set()

    def _on_lost(self, *_: object) -> None:
        self.is_lost = True
        self._news.set()
