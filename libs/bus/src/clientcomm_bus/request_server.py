"""Answering requests, as long as somebody still waits for the answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiormq import spec

from clientcomm_bus.answers import DEADLINE, encode_answer, encode_fault
from clientcomm_bus.connections import Broker, Purpose
from clientcomm_bus.consuming import QueueConsumer
from clientcomm_bus.publisher import Publication
from clientcomm_bus.replies import Replies
from clientcomm_bus.subscription import Delivery, Subscription
from clientcomm_bus.wire import Item
from clientcomm_chassis.metrics import counter, seconds
from clientcomm_chassis.traces import continued
from clientcomm_contracts.contract import Reply, Request, Unparsable
from clientcomm_contracts.correlation import correlated
from clientcomm_contracts.faults import Refused, Unavailable

log = structlog.get_logger()

Answer = Callable[[Any], Awaitable[Reply]]
_expired = counter("bus_requests_expired", "Requests dropped because nobody waits any more")
_took = seconds("bus_request", "Answering one request", ["name"])
_STOP_WITHIN = 5.0


class RequestServer(QueueConsumer):
    """Serves one request queue, up to `concurrency` requests at a time."""

    def __init__(
        self,
        broker: Broker,
        queue: str,
        handlers: Mapping[type[Request[Any]], Answer],
        *,
        concurrency: int = 16,
    ) -> None:
        link = broker.link(Purpose.CONSUMING)
        super().__init__(f"requests {queue}", link, queue, stop_within=_STOP_WITHIN)
        self._handlers = {request.name: (request, answer) for request, answer in handlers.items()}
        self._concurrency = concurrency
        self._replies = Replies(broker)
        self._under_way: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Answer what is under way, then end."""
        await super().stop()
        await self._replies.stop()

    def _subscribed(self) -> Subscription:
        return Subscription(self._link, self._queue, prefetch=self._concurrency)

    async def _consume(self, subscription: Subscription) -> None:
        self._pause.reset()
        try:
            while not self._stopping:
                for delivery in await subscription.gather(size=self._concurrency):
                    task = asyncio.create_task(self._answer(subscription, delivery))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
        finally:
            # Before the channel is closed, so that what was answered is also acknowledged.
            if self._stopping and self._under_way:
                await asyncio.wait(list(self._under_way))

    async def _answer(self, subscription: Subscription, delivery: Delivery) -> None:
        with self._watchdog.busy():
            if _is_expired(delivery):
                _expired.inc()
            else:
                await self._reply(delivery, await self._body(delivery.items[0]))
            await subscription.acknowledge(delivery.tag, multiple=False)

    async def _body(self, item: Item) -> bytes:
        with correlated(item.correlation_id, continued(item.traceparent)):
            try:
                request, answer = self._handlers[item.name]
                with _took.labels(item.name).time():
                    return encode_answer(await answer(request.read(item.body)))
            except Refused as refusal:
                return encode_fault(refusal)
            except Unavailable as fault:
                log.warning("request_unavailable", name=item.name)
                return encode_fault(fault)
            except (KeyError, Unparsable) as fault:
                log.exception("request_not_understood", name=item.name)
                return encode_fault(fault)
            except Exception as fault:  # the request boundary
                log.exception("request_failed", name=item.name)
                return encode_fault(fault)

    async def _reply(self, delivery: Delivery, body: bytes) -> None:
        asked = delivery.message.header.properties
        if not asked.reply_to:
            return
        publication = _reply_publication(asked.reply_to, asked, body)
        await self._replies.send(publication, deadline_ms=_deadline_ms(delivery) or 0)


def _reply_publication(reply_to: str, asked: spec.Basic.Properties, body: bytes) -> Publication:
    """Not mandatory: the broker returns even those direct replies that it delivers."""
    return Publication(
        "",
        reply_to,
        body,
        persistent=False,
        mandatory=False,
        correlation=asked.correlation_id,
    )


def _is_expired(delivery: Delivery) -> bool:
    deadline = _deadline_ms(delivery)
    return deadline is not None and time.time() * 1000 >= deadline


def _deadline_ms(delivery: Delivery) -> int | None:
    deadline = (delivery.message.header.properties.headers or {}).get(DEADLINE)
    return deadline if isinstance(deadline, int) else None
