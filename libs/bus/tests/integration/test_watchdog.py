import subprocess
import sys

import aio_pika
import pytest
from libs.bus.tests.contracts import item
from libs.bus.tests.network import network_to
from libs.bus.tests.probes import QUEUE, Lot, Recorder, a_broker, consuming, send, until

from clientcomm_bus import BatchConsumer, declare_topology
from clientcomm_bus.connections import Purpose
from clientcomm_bus.watchdog import Watchdog

pytestmark = pytest.mark.integration


class _Ends:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


async def _delete(url: str, queue: str) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        await channel.queue_delete(queue)


async def test_a_consumer_whose_queue_was_deleted_and_declared_again_goes_on(url: str) -> None:
    recorder = Recorder()

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            await _delete(url, QUEUE)
            await until(lambda: not consumer.is_ready())

            await declare_topology(url)
            await send(url, [item("after")])

            await until(lambda: recorder.texts == ["after"])


async def test_a_queue_that_stays_away_ends_the_process(url: str) -> None:
    ends = _Ends()
    async with a_broker(url) as broker:
        link = broker.link(Purpose.CONSUMING)
        watchdog = Watchdog(link, "no.such.queue", limit=0.2, every=0.05, end=ends)
        await watchdog.start()
        await until(lambda: ends.count > 0)
        await watchdog.stop()


async def test_messages_that_nobody_receives_end_the_process(url: str) -> None:
    ends = _Ends()
    await send(url, [item("waiting")])
    async with a_broker(url) as broker:
        watchdog = Watchdog(broker.link(Purpose.CONSUMING), QUEUE, limit=0.2, every=0.05, end=ends)
        await watchdog.start()
        await until(lambda: ends.count > 0)
        await watchdog.stop()


def test_the_process_ends_with_a_status_of_its_own() -> None:
    program = "from clientcomm_bus.watchdog import _end_process; _end_process()"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 70


async def test_an_empty_queue_a_long_batch_and_a_broker_away_do_not(url: str) -> None:
    ends = _Ends()
    async with network_to(url) as network, a_broker(network.url) as broker:
        watchdog = Watchdog(broker.link(Purpose.CONSUMING), QUEUE, limit=0.2, every=0.05, end=ends)
        looks = 0
        look = watchdog._has_work

        async def counted() -> bool:
            nonlocal looks
            looks += 1
            return await look()

        watchdog._has_work = counted  # type: ignore[method-assign]  # to know that it looked
        await watchdog.start()
        await until(lambda: looks >= 8)
        with watchdog.busy():
            await send(url, [item("waiting")])
            looks = 0
            await until(lambda: looks >= 8)
            network.refuses = True
            network.cut()
        looks = 0
        await until(lambda: looks >= 8)
        await watchdog.stop()

    assert ends.count == 0
