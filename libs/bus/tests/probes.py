"""What tests look at a broker with, and the smallest consumers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aio_pika
from libs.bus.tests.contracts import Noted, text_of

from clientcomm_bus import BatchConsumer, Broker, Item, Outgoing, Publisher
from clientcomm_testkit.brokers import VirtualHost

QUEUE = "conversations.from-sms.v1"


PATIENT = 60.0
"""Seconds for what takes none on an idle machine, where a test is not about how long."""


async def until(condition: Callable[[], bool], *, within: float = PATIENT) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - it looks at what has no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def a_broker(
    url: str, *, heartbeat: int = 10, publish_timeout: float = 5.0
) -> AsyncIterator[Broker]:
    broker = Broker(url, process_name="test", heartbeat=heartbeat, publish_timeout=publish_timeout)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


@asynccontextmanager
async def consuming(consumer: BatchConsumer) -> AsyncIterator[BatchConsumer]:
    await consumer.start()
    try:
        await until(consumer.is_ready)
        yield consumer
    finally:
        await consumer.stop()


async def send(url: str, items: Sequence[Item]) -> None:
    """Publish each item as a message of its own, through a broker of its own."""
    async with a_broker(url, publish_timeout=PATIENT) as broker:
        outgoing = [Outgoing("events.v1", Noted.name, [item]) for item in items]
        assert all(await Publisher(broker).publish(outgoing))


async def depth(url: str, queue: str) -> int:
    """Messages ready in a queue."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        declared = await channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


async def wait_for_depth(url: str, queue: str, wanted: int) -> None:
    async with asyncio.timeout(PATIENT):
        while await depth(url, queue) != wanted:  # noqa: ASYNC110 - a broker has no event
            await asyncio.sleep(0.05)


async def all_acknowledged(host: VirtualHost) -> None:
    """Until the broker holds nothing of the work queue any more, delivered or not."""
    async with asyncio.timeout(PATIENT):
        while host.queue_depths()[QUEUE]:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.02)


async def empty(url: str, *queues: str) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        for name in queues:
            queue = await channel.get_queue(name, ensure=False)
            await queue.purge()


class Recorder:
    """A `process` that remembers batches; may be told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.attempts: list[int] = []
        self.fail: Callable[[list[str]], Exception | None] = lambda _texts: None

    async def __call__(self, items: Sequence[Item]) -> None:
        texts = [text_of(item) for item in items]
        self.attempts += [item.attempt for item in items]
        if (error := self.fail(texts)) is not None:
            raise error
        self.batches.append(texts)

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]


class Lot:
    """Parking in memory."""

    def __init__(self) -> None:
        self.parked: list[tuple[str, Item, str]] = []
        self.before: Callable[[], Awaitable[None]] | None = None

    async def park(self, *, queue: str, item: Item, exception_type: str) -> None:
        if self.before is not None:
            await self.before()
        self.parked.append((queue, item, exception_type))
