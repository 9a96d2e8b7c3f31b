"""A process's own queue of live events: hints, acknowledged at once, gone with the connection."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from aiormq import Channel
from pamqp.common import Arguments

from clientcomm_bus.connections import Broker, Link, Purpose
from clientcomm_bus.consuming import Subscriber
from clientcomm_bus.subscription import Subscription
from clientcomm_bus.wire import Item
from clientcomm_contracts.topology import EVENTS, LIVE_PREFIX

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


class LiveQueue(Subscriber):
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

    def _subscribed(self) -> Subscription:
        return _LiveSubscription(self._link, self._routing_keys)

    async def _consume(self, subscription: Subscription) -> None:
        self._pause.reset()
        self._on_gap()
        while True:
            deliveries = await subscription.gather(size=_LIMIT)
            items = [item for delivery in deliveries for item in delivery.items]
            if len(items) >= _LIMIT:
                self._on_gap()
            else:
                self._on_items(items)
