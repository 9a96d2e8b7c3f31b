"""Asking an owner and waiting for its answer, by RabbitMQ's direct reply-to."""

import asyncio
import time
from typing import TypeVar
from uuid import uuid4

import structlog
from aio_pika.exceptions import PublishError
from aiormq import Channel
from aiormq.abc import DeliveredMessage

from clientcomm_bus.answers import DEADLINE, answer_body
from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_bus.publisher import Publication
from clientcomm_bus.wire import Item, encode
from clientcomm_chassis.traces import continued
from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.correlation import correlation_id, traceparent
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.topology import REQUESTS, request_queue

log = structlog.get_logger()

R = TypeVar("R", bound=Reply)
_REPLIES = "amq.rabbitmq.reply-to"


class RequestClient:
    """One channel for requests and their replies; the broker wants both on the same."""

    def __init__(self, broker: Broker) -> None:
        self.name = "requests"
        self._link = broker.link(Purpose.REQUESTING)
        self._link.wanted = True
        self._channel: Channel | None = None
        self._opening = asyncio.Lock()
        self._pending: dict[str, asyncio.Future[bytes]] = {}

    async def call(
        self,
        request: Request[R],
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - it travels with the request as its deadline
    ) -> R:
        """Ask and wait at most `timeout` seconds. Raises Refused, Unavailable, RequestFailed.

        A broker that is away is known within 2 s, a lost channel at once.
        """
        reply = asyncio.get_running_loop().create_future()
        correlation = uuid4().hex
        deadline = time.time() + timeout
        try:
            async with asyncio.timeout(timeout):
                channel = await self._open_channel()
                self._pending[correlation] = reply
                await self._ask(channel, self._publication(request, correlation, deadline))
                body = await reply
        except TimeoutError:
            raise Unavailable("request: no answer in time") from None
        finally:
            self._pending.pop(correlation, None)
            reply.cancel()
        return request.reply_type().read(answer_body(body))

    def is_ready(self) -> bool:
        """Whether requests can be sent now."""
        return self._link.is_connected()

    async def start(self) -> None:
        """Open the channel if the broker is there."""
        try:
            await self._open_channel()
        except Unavailable:
            log.warning("requests_wait_for_broker")

    async def stop(self) -> None:
        """Fail what still waits."""
        self._fail_pending()

    @staticmethod
    async def _ask(channel: Channel, publication: Publication) -> None:
        with loss_is_unavailable():
            try:
                await channel.basic_publish(
                    publication.body,
                    exchange=publication.exchange,
                    routing_key=publication.routing_key,
                    properties=publication.properties(),
                    mandatory=True,
                    wait=False,
                )
            except PublishError:
                log.exception("request_returned", routing_key=publication.routing_key)
                raise

    @staticmethod
    def _publication(request: Request[R], correlation: str, deadline: float) -> Publication:
        service = request.name.split(".", 1)[0]
        item = Item(
            uuid4(),
            request.name,
            request.write(),
            correlation_id=correlation_id(),
            traceparent=continued(traceparent()),
        )
        return Publication(
            REQUESTS,
            request_queue(service, request.pace),
            encode([item]),
            headers={DEADLINE: int(deadline * 1000)},
            expiration_ms=max(0, int((deadline - time.time()) * 1000)),
            persistent=False,
            correlation=correlation,
            reply_to=_REPLIES,
        )

    async def _open_channel(self) -> Channel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                channel = await self._link.channel(confirms=True)
                with loss_is_unavailable():
                    await channel.basic_consume(_REPLIES, self._on_reply, no_ack=True, timeout=2)
                channel.closing.add_done_callback(self._fail_pending)
                self._channel = channel
            elif await self._link.is_blocked():
                raise Unavailable("broker: blocked by an alarm")
            return self._channel

    async def _on_reply(self, message: DeliveredMessage) -> None:
        correlation = message.header.properties.correlation_id
        reply = self._pending.pop(correlation or "", None)
        if reply is not None and not reply.done():
            reply.set_result(message.body)

    def _fail_pending(self, *_: object) -> None:
        for reply in self._pending.values():
            if not reply.done():
                reply.set_exception(Unavailable("broker: request channel lost"))
        self._pending.clear()
