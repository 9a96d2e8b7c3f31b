import asyncio
from dataclasses import replace

import pytest
from libs.bus.tests.contracts import Noted, item
from libs.bus.tests.network import network_to
from libs.bus.tests.probes import PATIENT, QUEUE, a_broker, depth, until

from clientcomm_bus import Outgoing, Publisher
from clientcomm_bus.publisher import publication_of
from clientcomm_contracts.faults import Unavailable
from clientcomm_testkit.stopwatch import Stopwatch

pytestmark = pytest.mark.integration


def _to_queue(text: str = "a") -> Outgoing:
    return Outgoing("events.v1", Noted.name, [item(text)])


def _to_nowhere(text: str = "a") -> Outgoing:
    return Outgoing("events.v1", "nobody.listens.here.v1", [item(text)])


async def test_what_is_confirmed_is_in_the_queue(url: str) -> None:
    async with a_broker(url) as broker:
        assert await Publisher(broker).publish([_to_queue() for _ in range(300)]) == [True] * 300

    assert await depth(url, QUEUE) == 300


async def test_what_no_queue_takes_is_not_confirmed(url: str) -> None:
    async with a_broker(url) as broker:
        results = await Publisher(broker).publish([_to_queue(), _to_nowhere(), _to_queue()])

    assert results == [True, False, True]


async def test_copies_of_one_event_in_flight_are_told_apart(url: str) -> None:
    """Research §0.7: the client confuses publishes that share a message id."""
    good, lost = _to_queue(), _to_nowhere()
    lost = replace(lost, items=good.items)

    async with a_broker(url) as broker:
        results = await Publisher(broker).publish([good, lost] * 50)

    assert results == [True, False] * 50


def test_every_publish_has_a_message_id_of_its_own() -> None:
    outgoing = _to_queue()

    ids = {publication_of(outgoing).properties().message_id for _ in range(100)}

    assert len(ids) == 100


def test_a_message_is_persistent_json_and_names_its_event() -> None:
    outgoing = _to_queue()

    properties = publication_of(outgoing).properties()

    assert (properties.delivery_mode, properties.content_type) == (2, "application/json")
    assert properties.priority is None
    assert properties.headers == {"event-id": str(outgoing.items[0].event_id)}


async def test_a_missing_exchange_is_not_confirmed_and_spoils_nothing_later(url: str) -> None:
    async with a_broker(url) as broker:
        publisher = Publisher(broker)

        with pytest.raises(Unavailable):
            await publisher.publish([Outgoing("no.such.exchange", "x", [item("a")])])

        assert await publisher.publish([_to_queue()]) == [True]


async def test_a_broker_that_is_away_is_known_within_two_seconds() -> None:
    async with a_broker("amqp://guest:guest@127.0.0.1:1/") as broker:
        publisher = Publisher(broker)
        watch = Stopwatch()

        with pytest.raises(Unavailable):
            await publisher.publish([_to_queue()])

        assert watch.seconds < 2
        assert not broker.is_ready()


async def test_a_broker_that_accepts_and_says_nothing_is_known_within_two_seconds(
    url: str,
) -> None:
    async with network_to(url) as network:
        network.fall_silent()
        async with a_broker(network.url) as broker:
            watch = Stopwatch()

            with pytest.raises(Unavailable):
                await Publisher(broker).publish([_to_queue()])

            assert watch.seconds < 2


async def test_a_silent_network_ends_a_publish_at_its_time_limit_and_healing_restores_it(
    url: str,
) -> None:
    async with (
        network_to(url) as network,
        a_broker(network.url, publish_timeout=PATIENT) as broker,
    ):
        publisher = Publisher(broker)
        assert await publisher.publish([_to_queue()]) == [True]

        network.fall_silent()
        publisher._timeout = 0.5
        watch = Stopwatch()
        assert await publisher.publish([_to_queue(), _to_queue()]) == [False, False]
        assert watch.seconds < 1.5
        with pytest.raises(Unavailable):
            await publisher.publish([_to_queue()])

        network.heal()
        publisher._timeout = PATIENT
        await until(broker.is_connected)
        assert await publisher.publish([_to_queue()]) == [True]


async def test_failing_heartbeats_do_not_cancel_the_publisher(url: str) -> None:
    """Research §0.6: the client lets a CancelledError out of a publish that nobody cancelled."""
    async with (
        network_to(url) as network,
        a_broker(network.url, heartbeat=1, publish_timeout=PATIENT) as broker,
    ):
        publisher = Publisher(broker)
        await publisher.publish([_to_queue()])
        network.fall_silent()

        with pytest.raises(Unavailable):
            await asyncio.wait_for(publisher.publish([_to_queue()]), PATIENT)

        network.heal()
        await until(broker.is_connected)
        assert await publisher.publish([_to_queue()]) == [True]


async def test_a_connection_cut_in_flight_leaves_nothing_hanging(url: str) -> None:
    async with network_to(url) as network, a_broker(network.url) as broker:
        publisher = Publisher(broker)
        await publisher.publish([_to_queue()])
        under_way = asyncio.create_task(publisher.publish([_to_queue("x" * 5000)] * 2000))
        await asyncio.sleep(0.02)

        network.cut()
        try:
            results = await asyncio.wait_for(under_way, PATIENT)
        except Unavailable:
            results = [False]
        assert not all(results)

        await until(broker.is_connected)
        assert await publisher.publish([_to_queue()]) == [True]


async def test_a_cancelled_caller_is_cancelled(url: str) -> None:
    async with network_to(url) as network, a_broker(network.url) as broker:
        publisher = Publisher(broker)
        await publisher.publish([_to_queue()])
        network.fall_silent()
        under_way = asyncio.create_task(publisher.publish([_to_queue()]))
        await asyncio.sleep(0.1)

        under_way.cancel()

        with pytest.raises(asyncio.CancelledError):
            await under_way
        network.heal()
