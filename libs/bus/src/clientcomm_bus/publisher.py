"""Publishing: many messages in flight, each mandatory and confirmed, within one time limit."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import structlog
from aio_pika.exceptions import PublishError
from aiormq import Channel, spec

from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.wire import Outgoing, encode
from clientcomm_chassis.failpoints import failpoint
from clientcomm_chassis.metrics import counter
from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()

_published = counter("bus_publishes", "AMQP messages published, by outcome", ["outcome"])
_confirmed, _lost = _published.labels("confirmed"), _published.labels("unconfirmed")
_PERSISTENT = 2
_TRANSIENT = 1


@dataclass(frozen=True, slots=True)
class Publication:
    """One AMQP message, ready to go."""

    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str | int] = field(default_factory=dict)
    expiration_ms: int | None = None
    persistent: bool = True
    mandatory: bool = True
    correlation: str | None = None
    reply_to: str | None = None

    def properties(self) -> spec.Basic.Properties:
        """AMQP properties; the message id is unique per publish and then thrown away.

        The client tells returned messages apart by this id alone (research §0.7).
        """
        return spec.Basic.Properties(
            content_type="application/json",
            delivery_mode=_PERSISTENT if self.persistent else _TRANSIENT,
            message_id=uuid4().hex,
            headers=dict(self.headers) or None,
            expiration=None if self.expiration_ms is None else str(self.expiration_ms),
            correlation_id=self.correlation,
            reply_to=self.reply_to,
        )


def publication_of(outgoing: Outgoing) -> Publication:
    """The AMQP message for these items; a single item's event id is also a header."""
    headers = {"event-id": str(outgoing.items[0].event_id)} if len(outgoing.items) == 1 else {}
    return Publication(
        outgoing.exchange,
        outgoing.routing_key,
        encode(outgoing.items),
        headers=headers,
        expiration_ms=outgoing.expiration_ms,
    )


class Publisher:
    """Publishes on one channel of the publishing connection.

    Without `confirms` nothing is known of what becomes of a message, but `on_loss` is called with
    the channel closed, when any may have been lost.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        confirms: bool = True,
        on_loss: Callable[[object], None] | None = None,
    ) -> None:
        self._confirms = confirms
        self._on_loss = on_loss
        self._link = broker.link(Purpose.PUBLISHING)
        self._timeout = broker.publish_timeout
        self._channel: Channel | None = None
        self._opening = asyncio.Lock()

    async def publish(self, outgoing: Sequence[Outgoing]) -> list[bool]:
        """Publish all; False means not confirmed, so perhaps there, perhaps not.

        Raises Unavailable if the broker is away and nothing was confirmed.
        """
        return await self.send([publication_of(one) for one in outgoing])

    async def send(self, publications: Sequence[Publication]) -> list[bool]:
        """The same for AMQP messages that are no packs of items."""
        channel = await self._open_channel()
        failpoint("before_publish")
        results = await self._send_on(channel, publications)
        failpoint("after_confirm")
        _confirmed.inc(sum(results))
        _lost.inc(len(results) - sum(results))
        if channel.is_closed and not any(results):
            raise Unavailable("broker: publishing channel lost")
        return results

    async def _open_channel(self) -> Channel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._link.channel(confirms=self._confirms)
                if self._on_loss is not None:
                    self._channel.closing.add_done_callback(self._on_loss)
            elif await self._link.is_blocked():
                raise Unavailable("broker: blocked by an alarm")
            return self._channel

    async def _send_on(self, channel: Channel, publications: Sequence[Publication]) -> list[bool]:
        tasks = [asyncio.create_task(_send_one(channel, one)) for one in publications]
        if not tasks:
            return []
        try:
            await asyncio.wait(tasks, timeout=self._timeout)
        finally:
            late = [task for task in tasks if not task.done()]
            for task in late:
                task.cancel()
        if late:
            await asyncio.gather(*late, return_exceptions=True)
            await self._doubt(len(late))
        return [_is_confirmed(task) for task in tasks]

    async def _doubt(self, late: int) -> None:
        blocked = await self._link.is_blocked()
        log.warning("publish_timed_out", messages=late, blocked=blocked)
        if not blocked:
            # A silent network: heartbeats would need half a minute to notice.
            self._link.abandon()
            self._channel = None


async def _send_one(channel: Channel, one: Publication) -> None:
    await channel.basic_publish(
        one.body,
        exchange=one.exchange,
        routing_key=one.routing_key,
        properties=one.properties(),
        mandatory=one.mandatory,
        wait=False,
    )


def _is_confirmed(task: asyncio.Task[None]) -> bool:
    """A task that ended as cancelled without our doing is a lost connection (research §0.6)."""
    if task.cancelled():
        return False
    error = task.exception()
    if isinstance(error, PublishError):
        log.error("publish_returned", routing_key=getattr(error.frame, "routing_key", None))
    elif error is not None:
        log.warning("publish_failed", exception_type=type(error).__name__)
    return error is None
