"""A process's own queue of live events: hints, acknowledged at once, gone with the connection."""

from collections.abc import Callable, Sequence
from uuid import uuid4

import structlog
from aiormq import Channel
from pamqp.common import Arguments

from clientcomm_bus.connections import Broker, Link, Purpose
from clientcomm_bus.losses import Pause
from clientcomm_bus.subscription import Subscription
from clientcomm_bus.wire import Item
from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.topology import EVENTS, LIVE_PREFIX

log = structlog.get_logger()

_LIMIT = 10_000


class _LiveSubscription(Subscription):
    """Declares its exclusive queue; the broker keeps at most as many as we would."""

    def __init__(self, link: Link, routing_keys: Sequence[str]) -> None:
        self._name = f"{LIVE_PREFIX}{uuid4().hex}"
        self._routing_keys = routing_keys
        super().__init__(link, self._name, prefetch=0, no_ack=True)

    async def prepare(self, channel: Channel) -> None:
        arguments: Arguments = {
            "x-queue-type": "classic",
            "x-max-length": _LIMIT,
            "x-overflow": "drop-head",
        }
        await channel.queue_declare(
            self._name, exclusive=True, auto_delete=True, arguments=arguments, timeout=5
        )
        for key in self._routing_keys:
            await channel.queue_bind(self._name, EVENTS, key, timeout=5)


class LiveQueue(OneTask):
    """Hands every event of the given routing keys to `on_items`, which must not wait.

    `on_gap` is called when events may have been missed: after a reconnect and after an overflow.
    """

    def __init__(
        self,
        broker: Broker,
        routing_keys: Sequence[str],
        on_items: Callable[[Sequence[Item]], None],
        *,
        on_gap: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("live events")
        self._link = broker.link(Purpose.CONSUMING)
        self._routing_keys = tuple(routing_keys)
        self._on_items = on_items
        self._on_gap = on_gap
        self._subscription: Subscription | None = None

    def is_ready(self) -> bool:
        """Whether live events arrive."""
        return self._subscription is not None and not self._subscription.is_lost

    async def _run(self) -> None:
        pause = Pause()
        while True:
            try:
                async with _LiveSubscription(self._link, self._routing_keys) as subscription:
                    self._subscription = subscription
                    pause.reset()
                    self._on_gap()
                    await self._listen(subscription)
            except Unavailable:
                await pause.wait()
            except Exception:  # the boundary of the consumer loop
                log.exception("live_events_failed")
                await pause.wait()

    async def _listen(self, subscription: Subscription) -> None:
        while True:
            deliveries = await subscription.gather(size=_LIMIT)
            items = [item for delivery in deliveries for item in delivery.items]
            if len(items) >= _LIMIT:
                self._on_gap()
            else:
                self._on_items(items)
