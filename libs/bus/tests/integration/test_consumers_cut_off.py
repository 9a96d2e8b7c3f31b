"""What a batch consumer makes of a lost connection, channel or network: nothing is lost with it."""

import asyncio
from collections.abc import Sequence

import pytest
from libs.bus.tests.contracts import item
from libs.bus.tests.network import network_to
from libs.bus.tests.probes import (
    QUEUE,
    Lot,
    Recorder,
    a_broker,
    all_acknowledged,
    consuming,
    depth,
    send,
    until,
    wait_for_depth,
)

from clientcomm_bus import BatchConsumer, Item
from clientcomm_bus.connections import Purpose
from clientcomm_contracts.faults import Unavailable
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


async def test_a_connection_lost_during_a_pause_is_restored(host: VirtualHost) -> None:
    """A pause may outlast the half hour after which the broker closes the channel."""
    recorder = Recorder()
    is_away = True
    recorder.fail = lambda _texts: Unavailable("db") if is_away else None
    await send(host.admin_url, [item("patient")])

    async with a_broker(host.admin_url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            await until(lambda: len(recorder.attempts) >= 2)
            host.close_connections()
            await until(lambda: not consumer.is_ready())
            await until(consumer.is_ready)
            is_away = False
            await until(lambda: recorder.texts == ["patient"])

    assert await depth(host.admin_url, QUEUE) == 0


async def test_a_consumer_is_restored_after_its_connection_was_cut(host: VirtualHost) -> None:
    recorder = Recorder()

    async with a_broker(host.admin_url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            for number in range(3):
                assert host.close_connections() > 0
                await send(host.admin_url, [item(str(number))])
                await until(lambda: len(recorder.texts) == number + 1)  # noqa: B023 - awaited here
                await all_acknowledged(host)  # else it would rightly come once more

    assert recorder.texts == ["0", "1", "2"]


async def test_a_silent_network_is_noticed_and_healing_restores_the_consumer(url: str) -> None:
    """A black hole closes nothing: only the missing heartbeats tell (research §2.5)."""
    recorder = Recorder()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held(items: Sequence[Item]) -> None:
        begun.set()
        await go_on.wait()
        await recorder(items)

    async with network_to(url) as network, a_broker(network.url, heartbeat=1) as broker:
        consumer = BatchConsumer(broker, QUEUE, held, Lot())
        async with consuming(consumer):
            await send(url, [item("held")])
            await begun.wait()
            network.fall_silent()
            await until(lambda: not consumer.is_ready())
            await send(url, [item("after")])
            network.heal()
            go_on.set()
            await until(lambda: set(recorder.texts) == {"held", "after"})

    assert await depth(url, QUEUE) == 0


async def test_a_consumer_returns_when_the_broker_closes_only_its_channel(url: str) -> None:
    recorder = Recorder()

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            lost = consumer._subscription
            assert lost is not None
            await lost.acknowledge(999)
            await until(lambda: lost.is_lost)
            assert broker.link(Purpose.CONSUMING).is_connected()

            await send(url, [item("after")])
            await until(lambda: recorder.texts == ["after"])
            assert consumer._subscription is not lost

    assert await depth(url, QUEUE) == 0


async def test_a_connection_cut_with_messages_in_hand_loses_none(
    host: VirtualHost, url: str
) -> None:
    recorder = Recorder()
    texts = [str(number) for number in range(300)]
    await send(url, [item(text) for text in texts])

    async with network_to(url) as network, a_broker(network.url) as broker:

        async def cut_sometimes(items: object) -> None:
            await asyncio.sleep(0.01)
            await recorder(items)  # type: ignore[arg-type]  # passed on as it came
            if len(recorder.batches) in {1, 3}:
                network.cut()

        consumer = BatchConsumer(broker, QUEUE, cut_sometimes, Lot(), prefetch=20)
        async with consuming(consumer):
            await until(lambda: set(recorder.texts) == set(texts))
            await all_acknowledged(host)


async def test_nothing_is_acknowledged_before_it_was_processed(url: str) -> None:
    begun = asyncio.Event()

    async def never(_items: object) -> None:
        begun.set()
        await asyncio.sleep(60)

    await send(url, [item("a")])
    async with network_to(url) as network, a_broker(network.url) as broker:
        consumer = BatchConsumer(broker, QUEUE, never, Lot())
        await consumer.start()
        await begun.wait()
        network.cut()
        network.refuses = True
        task = consumer._task
        assert task is not None
        task.cancel()
        await consumer.stop()

    await wait_for_depth(url, QUEUE, 1)
