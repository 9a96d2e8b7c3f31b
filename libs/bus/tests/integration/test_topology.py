import time
from collections.abc import Awaitable, Callable
from functools import partial

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused
from libs.bus.tests.contracts import item, text_of
from libs.bus.tests.probes import (
    QUEUE,
    Lot,
    a_broker,
    consuming,
    depth,
    empty,
    send,
    until,
    wait_for_depth,
)

from clientcomm_bus import (
    BatchConsumer,
    DeadLetterConsumer,
    Outgoing,
    Publisher,
    TopologyMissing,
    check_topology,
    declare_topology,
)
from clientcomm_contracts import topology
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration

DEAD, OLD_DEAD = topology.dead_queue("conversations"), "dead.conversations.v1"


async def test_declaring_again_changes_nothing(url: str) -> None:
    await declare_topology(url)


@pytest.mark.parametrize("service", topology.SERVICES)
async def test_each_service_finds_its_queues_with_its_own_user(
    host: VirtualHost, service: str
) -> None:
    async with a_broker(host.url_of(service)) as broker:
        await check_topology(broker, service)


async def _read(channel: AbstractChannel, queue: str) -> None:
    await (await channel.get_queue(queue, ensure=False)).get(timeout=5, fail=False)


async def _write(channel: AbstractChannel, exchange: str, key: str) -> None:
    place = await channel.get_exchange(exchange, ensure=False)
    await place.publish(aio_pika.Message(b"[]"), key, mandatory=False, timeout=5)


@pytest.mark.parametrize("service", topology.SERVICES)
async def test_the_broker_refuses_a_service_what_is_not_its_own(
    host: VirtualHost, service: str
) -> None:
    """The rights are regular expressions; here the broker itself reads them."""
    others = [name for name in topology.SERVICES if name != service]
    foreign = [queue.name for queue in topology.queues() if queue.service in others]
    deeds: list[Callable[[AbstractChannel], Awaitable[object]]] = [
        *(partial(_read, queue=queue) for queue in foreign),
        *(
            partial(_write, exchange=topology.EVENTS, key=f"{name}.thing.done.v1")
            for name in others
        ),
        partial(_write, exchange=topology.COMMANDS, key=f"{service}.thing.do.v1"),
        partial(_write, exchange=topology.DEAD, key=service),
        lambda channel: channel.declare_queue(f"{service}.made-up.v1", durable=True),
        lambda channel: channel.declare_exchange("made-up.v1"),
    ]
    connection = await aio_pika.connect(host.url_of(service))
    async with connection:
        for deed in deeds:
            channel = await connection.channel()
            with pytest.raises(ChannelAccessRefused):
                await deed(channel)
        own = await connection.channel()
        await _write(own, topology.EVENTS, f"{service}.thing.done.v1")


async def _as_before_the_upgrade(url: str) -> None:
    """The queues of version 1, as a broker has them that ran it; in one of them a dead letter."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        for old in topology.replaced_bindings():
            queue = await channel.declare_queue(
                old.queue, durable=True, arguments={"x-queue-type": "quorum"}
            )
            await queue.bind(old.exchange, old.routing_key)
        await send(url, [item("dead")])
        work = await channel.get_queue(QUEUE, ensure=False)
        await (await work.get(timeout=5)).reject(requeue=False)
    await wait_for_depth(url, OLD_DEAD, 1)
    await wait_for_depth(url, DEAD, 1)
    await empty(url, DEAD)


async def test_an_upgrade_moves_dead_letters_and_leaves_the_old_queues_alone(url: str) -> None:
    await _as_before_the_upgrade(url)

    await declare_topology(url)

    assert (await depth(url, OLD_DEAD), await depth(url, DEAD)) == (0, 1)
    async with a_broker(url) as broker:
        again = Outgoing(topology.wait_exchange("1s"), QUEUE, [item("again")])
        assert await Publisher(broker).publish([again]) == [True]
        dead = DeadLetterConsumer(broker, "conversations", Lot(), delay="1s")
        await dead.start()
        await wait_for_depth(url, QUEUE, 2)
        await dead.stop()
    assert await depth(url, "wait.1s.v1") == 0


async def test_an_undeclared_topology_is_noticed(amqp_vhost: VirtualHost) -> None:
    async with a_broker(amqp_vhost.admin_url) as broker:
        with pytest.raises(TopologyMissing):
            await check_topology(broker, "sms")


async def test_a_long_delay_does_not_hold_up_a_short_one(url: str) -> None:
    """Research §2.2: only the head of a queue expires, hence one wait queue per delay."""
    arrivals: dict[str, float] = {}

    async def process(items: object) -> None:
        assert isinstance(items, list)
        arrivals.update({text_of(one): time.monotonic() for one in items})

    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, process, Lot())):
        outgoing = [
            Outgoing(topology.wait_exchange(delay), QUEUE, [item(delay)]) for delay in ("5s", "1s")
        ]
        began = time.monotonic()
        assert await Publisher(broker).publish(outgoing) == [True, True]
        await until(lambda: len(arrivals) == 2)

    assert list(arrivals) == ["1s", "5s"]
    assert arrivals["1s"] - began >= 1
    assert arrivals["5s"] - began >= 5
