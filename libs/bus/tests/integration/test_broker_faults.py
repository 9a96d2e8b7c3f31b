"""What happens when the broker itself is in trouble: an alarm, a freeze, its death."""

import asyncio
import itertools
from collections.abc import Iterator

import pytest
from libs.bus.tests.contracts import Add, Noted, item
from libs.bus.tests.probes import PATIENT, QUEUE, Lot, Recorder, a_broker, consuming, until

from clientcomm_bus import BatchConsumer, Publisher, RequestClient, declare_topology
from clientcomm_bus.wire import Outgoing
from clientcomm_contracts.faults import Unavailable
from clientcomm_local.broker import PrivateBroker
from clientcomm_local.console import BrokerConsole
from clientcomm_testkit.stopwatch import Stopwatch

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NO_SPACE = 'rabbit_disk_monitor:set_disk_free_limit("9999GB").'
SPACE = 'rabbit_disk_monitor:set_disk_free_limit("1MB").'
STATES = "rabbit_networking:connection_info_all([state])."


@pytest.fixture(scope="module")
def own_url(private_broker: PrivateBroker) -> str:
    asyncio.run(declare_topology(private_broker.url))
    return private_broker.url


@pytest.fixture
def console(private_broker: PrivateBroker) -> Iterator[BrokerConsole]:
    with private_broker.console() as console:
        yield console


async def _raise_alarm(console: BrokerConsole) -> None:
    """Until every connection has been told: the alarm travels inside the broker."""
    console.evaluate(NO_SPACE)
    await until(lambda: "running" not in console.evaluate(STATES))


def _message(text: str) -> Outgoing:
    return Outgoing("events.v1", Noted.name, [item(text)])


async def test_an_alarm_stops_publishing_and_nothing_else(
    own_url: str, console: BrokerConsole
) -> None:
    """Research §0.10: consuming goes on, since it has a connection of its own."""
    recorder = Recorder()
    async with (
        a_broker(own_url, publish_timeout=PATIENT) as broker,
        a_broker(own_url, publish_timeout=PATIENT) as other,
    ):
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            publisher = Publisher(broker)
            assert await publisher.publish([_message("before")]) == [True]
            await until(lambda: recorder.texts == ["before"])
            await Publisher(other).publish([_message("warm")])

            await _raise_alarm(console)
            publisher._timeout = 1.0
            assert await publisher.publish([_message("during")]) == [False]
            with pytest.raises(Unavailable):  # at once: waiting in vain would have been `False`
                await publisher.publish([_message("refused")])
            assert consumer.is_ready()
            assert broker.is_connected()

            console.evaluate(SPACE)
            publisher._timeout = PATIENT
            await until(lambda: "during" in recorder.texts)
            assert await publisher.publish([_message("after")]) == [True]
            await until(lambda: "after" in recorder.texts)

    assert "refused" not in recorder.texts


async def test_a_consumer_works_through_an_alarm(own_url: str, console: BrokerConsole) -> None:
    recorder = Recorder()
    async with a_broker(own_url, publish_timeout=PATIENT) as broker:
        publisher = Publisher(broker)
        assert all(await publisher.publish([_message(str(n)) for n in range(500)]))
        await _raise_alarm(console)
        publisher._timeout = 1.0
        try:
            assert await publisher.publish([_message("blocked")]) == [False]
            async with consuming(BatchConsumer(broker, QUEUE, recorder, Lot())):
                await until(lambda: len(recorder.texts) >= 500)
        finally:
            console.evaluate(SPACE)


async def test_a_frozen_broker_is_unavailable_and_then_is_there_again(
    own_url: str, private_broker: PrivateBroker
) -> None:
    recorder = Recorder()
    async with a_broker(own_url, publish_timeout=1) as broker:
        publisher, client = Publisher(broker), RequestClient(broker)
        async with consuming(BatchConsumer(broker, QUEUE, recorder, Lot())):
            await publisher.publish([_message("warm")])
            private_broker.program.freeze()
            try:
                assert await publisher.publish([_message("unknown")]) == [False]
                watch = Stopwatch()
                with pytest.raises(Unavailable):
                    await publisher.publish([_message("refused")])
                with pytest.raises(Unavailable):
                    await client.call(Add(first=1, second=1))
                assert watch.seconds < 4
            finally:
                private_broker.program.thaw()
            publisher._timeout = PATIENT
            await until(broker.is_connected)
            assert await publisher.publish([_message("after")]) == [True]
            await until(lambda: "after" in recorder.texts)


async def test_what_was_confirmed_survives_the_broker_being_killed_under_load(
    own_url: str, private_broker: PrivateBroker
) -> None:
    recorder = Recorder()
    confirmed: list[str] = []
    is_over = False

    async def publish_on_and_on(publisher: Publisher) -> None:
        number = 0
        while not is_over:
            texts = [f"{number}-{place}" for place in range(20)]
            number += 1
            try:
                results = await publisher.publish([_message(text) for text in texts])
            except Unavailable:
                await asyncio.sleep(0.05)
                continue
            confirmed.extend(itertools.compress(texts, results))

    async with a_broker(own_url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot())
        async with consuming(consumer):
            load = asyncio.create_task(publish_on_and_on(Publisher(broker)))
            await until(lambda: len(confirmed) > 500)
            await asyncio.to_thread(_restart_after_a_kill, private_broker)
            before = len(confirmed)
            await until(lambda: len(confirmed) > before + 500)
            is_over = True
            await load
            await until(lambda: set(confirmed) <= set(recorder.texts))


def _restart_after_a_kill(server: PrivateBroker) -> None:
    server.kill()
    server.start()
