"""The topology on a broker: declared by the deploy step, only checked by services."""

import asyncio

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity
from aiormq import Channel

from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_contracts import topology


class TopologyMissing(Exception):
    """A queue that this service consumes does not exist; the deploy step has not run."""


async def declare_topology(admin_url: str) -> None:
    """Declare every exchange, queue and binding; doing it again changes nothing."""
    connection = await aio_pika.connect(admin_url, timeout=10)
    async with connection:
        channel = await _channel(connection)
        for exchange in topology.exchanges():
            await channel.exchange_declare(
                exchange.name, exchange_type=exchange.kind, durable=True, timeout=30
            )
        for queue in topology.queues():
            await channel.queue_declare(
                queue.name, durable=True, arguments=dict(queue.arguments), timeout=30
            )
        for binding in topology.bindings():
            await channel.queue_bind(
                binding.queue, binding.exchange, binding.routing_key, timeout=30
            )
        for replaced in topology.replaced_bindings():
            await channel.queue_unbind(
                replaced.queue, replaced.exchange, replaced.routing_key, timeout=30
            )
            if replaced.exchange == topology.DEAD:
                await _move_dead(await _channel(connection), replaced.queue)


async def _channel(connection: AbstractConnection) -> Channel:
    opened = connection.channel(on_return_raises=True)
    await opened.initialize()
    channel = await opened.get_underlay_channel()
    assert isinstance(channel, Channel)
    return channel


async def _move_dead(channel: Channel, old: str) -> None:
    """What lies in a replaced queue, dead once more for the queue of now; wait queues run empty.

    The old one is not deleted: a process of the earlier version may still hold some of it.
    """
    try:
        while (message := await channel.basic_get(old, timeout=30)).delivery_tag:
            await channel.basic_publish(
                message.body,
                exchange=topology.DEAD,
                routing_key=message.routing_key or "",
                properties=message.header.properties,
                mandatory=True,
                timeout=30,
            )
            await channel.basic_ack(message.delivery_tag)
    except ChannelNotFoundEntity:
        return
    await channel.close(timeout=3)


async def check_topology(broker: Broker, service: str) -> None:
    """See that all queues of a service exist. Raises TopologyMissing, Unavailable."""
    for queue in topology.queues():
        if queue.service == service:
            await _check_queue(broker, queue.name)


async def _check_queue(broker: Broker, name: str) -> None:
    channel = await broker.link(Purpose.CONSUMING).channel(confirms=False)
    with loss_is_unavailable():
        try:
            await channel.queue_declare(name, passive=True, timeout=5)
        except ChannelNotFoundEntity:
            raise TopologyMissing(name) from None
        await asyncio.shield(channel.close(timeout=3))
