from collections.abc import Sequence

import aio_pika
import pytest
from aiormq.exceptions import ChannelLockedResource
from libs.bus.tests.contracts import item, text_of
from libs.bus.tests.probes import a_broker, send, until

from clientcomm_bus import Item, LiveQueue
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


class _Page:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.gaps = 0

    def on_items(self, items: Sequence[Item]) -> None:
        self.texts += [text_of(one) for one in items]

    def on_gap(self) -> None:
        self.gaps += 1


async def test_each_process_hears_every_event(host: VirtualHost) -> None:
    pages = [_Page(), _Page()]
    async with a_broker(host.url_of("gateway")) as broker:
        queues = [LiveQueue(broker, ["sms.#"], page.on_items) for page in pages]
        for queue in queues:
            await queue.start()
        await until(lambda: all(queue.is_ready() for queue in queues))

        await send(host.admin_url, [item("news")])

        await until(lambda: all(page.texts == ["news"] for page in pages))
        for queue in queues:
            await queue.stop()


async def test_no_other_connection_may_use_a_live_queue(host: VirtualHost) -> None:
    async with a_broker(host.url_of("gateway")) as broker:
        queue = LiveQueue(broker, ["sms.#"], _Page().on_items)
        await queue.start()
        await until(queue.is_ready)
        assert queue._subscription is not None
        name = queue._subscription._queue

        async with await aio_pika.connect(host.admin_url) as other:
            channel = await other.channel()
            with pytest.raises(ChannelLockedResource):
                await channel.declare_queue(name, passive=True)

        await queue.stop()


async def test_other_events_are_not_heard(host: VirtualHost) -> None:
    page = _Page()
    async with a_broker(host.url_of("gateway")) as broker:
        queue = LiveQueue(broker, ["conversations.#"], page.on_items)
        other = LiveQueue(broker, ["sms.#"], page.on_items)
        await queue.start()
        await other.start()
        await until(lambda: queue.is_ready() and other.is_ready())

        await send(host.admin_url, [item("once")])

        await until(lambda: bool(page.texts))
        await queue.stop()
        await other.stop()
    assert page.texts == ["once"]


async def test_after_a_reconnect_a_gap_is_told_and_news_arrive_again(host: VirtualHost) -> None:
    page = _Page()
    async with a_broker(host.url_of("gateway")) as broker:
        queue = LiveQueue(broker, ["sms.#"], page.on_items, on_gap=page.on_gap)
        await queue.start()
        await until(lambda: page.gaps == 1)

        host.close_connections()
        await until(lambda: page.gaps == 2)
        await send(host.admin_url, [item("again")])

        await until(lambda: page.texts == ["again"])
        await queue.stop()
