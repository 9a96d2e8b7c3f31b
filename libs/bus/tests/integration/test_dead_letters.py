import asyncio
from collections.abc import Callable

import aio_pika
import pytest
from libs.bus.tests.contracts import Noted, item
from libs.bus.tests.probes import (
    PATIENT,
    QUEUE,
    Lot,
    Recorder,
    a_broker,
    consuming,
    depth,
    send,
    until,
    wait_for_depth,
)

from clientcomm_bus import BatchConsumer, DeadLetterConsumer, Outgoing, Publisher
from clientcomm_bus.watchdog import Watchdog
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.topology import DELIVERY_LIMIT, dead_queue

pytestmark = pytest.mark.integration


async def _give_back(url: str, times: int) -> None:
    """Return the first message of the queue, as a crashing consumer does."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE, ensure=False)
        for _ in range(times):
            message = await queue.get(timeout=PATIENT)
            await message.reject(requeue=True)


async def _bury(url: str) -> None:
    """Let the first message of the queue die."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE, ensure=False)
        message = await queue.get(timeout=PATIENT)
        await message.reject(requeue=False)


async def test_what_died_of_the_delivery_limit_is_replayed_once_by_itself(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    await send(url, [item("innocent")])
    await _give_back(url, DELIVERY_LIMIT + 1)

    async with a_broker(url) as broker:
        dead = DeadLetterConsumer(broker, "conversations", lot, delay="1s")
        await dead.start()
        async with consuming(BatchConsumer(broker, QUEUE, recorder, lot)):
            await until(lambda: recorder.texts == ["innocent"])
        await dead.stop()

    assert not lot.parked


async def test_what_dies_again_is_parked(url: str) -> None:
    lot = Lot()
    sent = item("guilty")
    await send(url, [sent])
    await _bury(url)

    async with a_broker(url) as broker:
        dead = DeadLetterConsumer(broker, "conversations", lot, delay="1s")
        await dead.start()
        await wait_for_depth(url, QUEUE, 1)
        await _bury(url)
        await until(lambda: bool(lot.parked))
        await dead.stop()

    [(queue, parked, kind)] = lot.parked
    assert (queue, parked.event_id, kind) == (QUEUE, sent.event_id, "DeliveryLimit")
    assert await depth(url, dead_queue("conversations")) == 0


async def test_the_items_of_a_dead_pack_come_back_one_by_one(url: str) -> None:
    async with a_broker(url) as broker:
        pack = Outgoing("events.v1", Noted.name, [item(text) for text in "abc"])
        assert await Publisher(broker).publish([pack]) == [True]
        await _bury(url)

        dead = DeadLetterConsumer(broker, "conversations", Lot(), delay="1s")
        await dead.start()
        await wait_for_depth(url, QUEUE, 3)
        await dead.stop()


async def test_a_database_away_while_parking_costs_a_dead_letter_no_delivery(url: str) -> None:
    """Each return to the queue counts as a delivery, whoever is to blame."""
    lot = Lot()
    faults = [Unavailable("db") for _ in range(5)]
    subscriptions = set()
    await send(url, [item("guilty")])
    await _bury(url)

    async with a_broker(url) as broker:
        dead = DeadLetterConsumer(broker, "conversations", lot, delay="1s")

        async def away_at_first() -> None:
            subscriptions.add(dead._subscription)
            if faults:
                raise faults.pop()

        lot.before = away_at_first
        await dead.start()
        await wait_for_depth(url, QUEUE, 1)
        await _bury(url)
        await until(lambda: bool(lot.parked))
        await dead.stop()

    assert not faults
    assert len(subscriptions) == 1
    assert await depth(url, dead_queue("conversations")) == 0


async def test_dead_letters_that_nobody_receives_end_the_process(url: str) -> None:
    """A consumer that was not restored is noticed here as at the work queues."""
    ends: list[None] = []
    async with a_broker(url) as broker:
        dead = DeadLetterConsumer(broker, "conversations", Lot())
        _watch_closely(dead, lambda: ends.append(None))
        await dead.start()
        await until(dead.is_ready)
        assert dead._task is not None
        dead._task.cancel()
        await until(dead._task.done)

        await send(url, [item("dead")])
        await _bury(url)

        await until(lambda: bool(ends))
        await dead.stop()


async def test_a_long_parking_does_not_end_the_process(url: str) -> None:
    lot = Lot()
    ends: list[None] = []
    looks: list[None] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held() -> None:
        begun.set()
        await go_on.wait()

    async def looked() -> bool:
        looks.append(None)
        return True

    async with a_broker(url) as broker:
        dead = DeadLetterConsumer(broker, "conversations", lot, delay="1s")
        _watch_closely(dead, lambda: ends.append(None))
        await dead.start()
        await send(url, [item("guilty")])
        await _bury(url)
        await wait_for_depth(url, QUEUE, 1)
        lot.before = held
        await _bury(url)
        await begun.wait()
        ends.clear()
        dead._watchdog._has_work = looked  # type: ignore[method-assign]  # others wait behind it
        await until(lambda: len(looks) >= 8)
        assert not ends
        go_on.set()
        await until(lambda: bool(lot.parked))
        await dead.stop()


def _watch_closely(dead: DeadLetterConsumer, end: Callable[[], None]) -> None:
    dead._watchdog = Watchdog(dead._link, dead._queue, limit=0.2, every=0.05, end=end)
