import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiormq import Channel
from aiormq.abc import DeliveredMessage
from libs.bus.tests.contracts import Add, Page, Read, Sum, Unserved
from libs.bus.tests.network import Network, network_to
from libs.bus.tests.probes import PATIENT, a_broker, depth, until

from clientcomm_bus import Broker, RequestClient, RequestFailed, RequestServer
from clientcomm_bus.answers import DEADLINE
from clientcomm_bus.connections import Link, Purpose
from clientcomm_bus.publisher import Publication
from clientcomm_contracts.contract import Reply
from clientcomm_contracts.correlation import correlated, correlation_id
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_contracts.topology import request_queue
from clientcomm_testkit.brokers import VirtualHost
from clientcomm_testkit.stopwatch import Stopwatch

pytestmark = pytest.mark.integration

FAST = request_queue("sms", "fast")


async def _add(request: Add) -> Sum:
    return Sum(total=request.first + request.second)


@asynccontextmanager
async def _serving(
    broker: Broker, answer: Callable[[Any], Awaitable[Reply]] = _add
) -> AsyncIterator[RequestServer]:
    server = RequestServer(broker, FAST, {Add: answer})
    await server.start()
    try:
        await until(server.is_ready)
        yield server
    finally:
        await server.stop()


async def test_a_request_is_answered(url: str) -> None:
    async with a_broker(url) as broker, _serving(broker):
        assert await RequestClient(broker).call(Add(first=1, second=2), timeout=PATIENT) == Sum(
            total=3
        )


async def test_many_at_once_get_each_its_own_answer(url: str) -> None:
    async with a_broker(url) as broker, _serving(broker):
        client = RequestClient(broker)

        answers = await asyncio.gather(
            *(client.call(Add(first=number, second=0), timeout=PATIENT) for number in range(200))
        )

    assert [answer.total for answer in answers] == list(range(200))


async def test_services_ask_and_answer_with_their_own_users(host: VirtualHost) -> None:
    async with (
        a_broker(host.url_of("sms")) as owner,
        a_broker(host.url_of("gateway")) as gateway,
        _serving(owner),
    ):
        assert await RequestClient(gateway).call(Add(first=2, second=2), timeout=PATIENT) == Sum(
            total=4
        )


async def test_an_answer_larger_than_a_frame_arrives_whole(url: str) -> None:
    async def answer(request: Read) -> Page:
        return Page(text="x" * request.length)

    async with a_broker(url) as broker:
        server = RequestServer(broker, FAST, {Read: answer})
        await server.start()
        page = await RequestClient(broker).call(Read(length=400_000), timeout=PATIENT)
        await server.stop()

    assert len(page.text) == 400_000


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (Refused("closed", "It is closed.", kind="conflict"), Refused),
        (Unavailable("database"), Unavailable),
        (ZeroDivisionError("secret"), RequestFailed),
    ],
)
async def test_what_the_owner_raises_is_told_by_kind(
    url: str, raised: Exception, seen: type[Exception]
) -> None:
    async def answer(_request: Add) -> Sum:
        raise raised

    async with a_broker(url) as broker, _serving(broker, answer):
        with pytest.raises(seen):
            await RequestClient(broker).call(Add(first=1, second=2), timeout=PATIENT)


async def test_the_correlation_id_goes_along(url: str) -> None:
    seen: list[str | None] = []

    async def answer(_request: Add) -> Sum:
        seen.append(correlation_id())
        return Sum(total=0)

    async with a_broker(url) as broker, _serving(broker, answer):
        with correlated("abc"):
            await RequestClient(broker).call(Add(first=1, second=2), timeout=PATIENT)

    assert seen == ["abc"]


async def test_nobody_answering_is_unavailable_at_the_deadline(url: str) -> None:
    async with a_broker(url) as broker:
        began, watch = time.monotonic(), Stopwatch()

        with pytest.raises(Unavailable):
            await RequestClient(broker).call(Add(first=1, second=2), timeout=0.3)

        assert time.monotonic() - began >= 0.3
        assert watch.seconds < 1


async def test_expired_requests_are_dropped_before_any_work(url: str) -> None:
    handled: list[int] = []
    go_on = asyncio.Event()

    async def held(request: Add) -> Sum:
        handled.append(request.first)
        await go_on.wait()
        return Sum(total=0)

    async with a_broker(url) as broker:
        server = RequestServer(broker, FAST, {Add: held}, concurrency=1)
        await server.start()
        client = RequestClient(broker)
        first = asyncio.create_task(client.call(Add(first=0, second=0), timeout=PATIENT))
        await until(lambda: handled == [0])
        behind_it = await asyncio.gather(
            *(client.call(Add(first=number, second=0), timeout=0.3) for number in range(1, 5)),
            return_exceptions=True,
        )
        go_on.set()
        await client.call(Add(first=5, second=0), timeout=PATIENT)
        await first
        await server.stop()

    assert all(isinstance(result, Unavailable) for result in behind_it)
    assert handled == [0, 5]
    assert await depth(url, FAST) == 0


async def test_the_deadline_is_the_askers_also_where_the_channel_is_long_in_opening(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines: list[int] = []
    async with a_broker(url) as broker:
        client = RequestClient(broker)
        open_channel, publication = client._open_channel, client._publication

        async def slowly() -> Channel:
            await asyncio.sleep(0.2)
            return await open_channel()

        def noted(*given: Any) -> Publication:
            made = publication(*given)
            deadlines.append(int(made.headers[DEADLINE]))
            return made

        monkeypatch.setattr(client, "_open_channel", slowly)
        monkeypatch.setattr(client, "_publication", noted)
        began = time.time()
        with pytest.raises(Unavailable):
            await client.call(Add(first=1, second=2), timeout=1.0)
        ended = time.time()

    (deadline,) = deadlines
    assert began + 1.0 <= deadline / 1000 + 0.001
    assert deadline / 1000 <= ended


async def test_a_request_that_no_queue_takes_is_unavailable_at_once(url: str) -> None:
    async with a_broker(url) as broker:
        began = time.monotonic()

        with pytest.raises(Unavailable):
            await RequestClient(broker).call(Unserved(), timeout=60.0)

        assert time.monotonic() - began < 30


async def test_a_lost_channel_fails_what_is_pending_at_once(url: str) -> None:
    async def never(_request: Add) -> Sum:
        await asyncio.sleep(60)
        return Sum(total=0)

    async with (
        a_broker(url) as owner,
        network_to(url) as network,
        a_broker(network.url) as gateway,
    ):
        server = RequestServer(owner, FAST, {Add: never})
        await server.start()
        await until(server.is_ready)
        client = RequestClient(gateway)
        pending = asyncio.create_task(client.call(Add(first=1, second=2), timeout=PATIENT))
        await until(lambda: bool(server._under_way))
        watch = Stopwatch()

        network.cut()
        with pytest.raises(Unavailable):
            await pending

        assert watch.seconds < 10
        for task in list(server._under_way):
            task.cancel()
        await server.stop()


async def test_after_a_loss_requests_are_answered_again(host: VirtualHost) -> None:
    async with a_broker(host.admin_url) as broker, _serving(broker) as server:
        client = RequestClient(broker)
        await client.call(Add(first=1, second=2), timeout=PATIENT)
        channel = client._channel
        assert channel is not None

        assert host.close_connections() > 0
        await until(lambda: channel.is_closed and not server.is_ready())
        await until(lambda: server.is_ready() and broker.is_connected())

        assert await client.call(Add(first=1, second=2), timeout=PATIENT) == Sum(total=3)


async def test_a_broker_away_is_known_within_two_seconds_however_many_ask(url: str) -> None:
    async with network_to(url) as network:
        network.fall_silent()
        async with a_broker(network.url) as broker:
            client = RequestClient(broker)
            watch = Stopwatch()

            results = await asyncio.gather(
                *(client.call(Add(first=1, second=2)) for _ in range(20)), return_exceptions=True
            )

            assert all(isinstance(result, Unavailable) for result in results)
            assert watch.seconds < 2


async def test_stopping_answers_what_is_under_way(url: str) -> None:
    begun = asyncio.Event()

    async def slow(_request: Add) -> Sum:
        begun.set()
        await asyncio.sleep(0.3)
        return Sum(total=7)

    async with a_broker(url) as owner, a_broker(url) as gateway:
        async with _serving(owner, slow):
            call = asyncio.create_task(
                RequestClient(gateway).call(Add(first=1, second=2), timeout=PATIENT)
            )
            await begun.wait()

        assert await call == Sum(total=7)

    assert await depth(url, FAST) == 0


async def _publish_through(network: Network, broker: Broker) -> None:
    """Only what it publishes takes this way; requests go on arriving."""
    await broker.link(Purpose.PUBLISHING).close()
    broker._links[Purpose.PUBLISHING] = Link(network.url, name="publishing", heartbeat=10)


async def test_answers_that_a_lost_link_took_along_are_published_again(url: str) -> None:
    """The asker takes the first of the same answers and ignores the rest."""
    handled: list[int] = []
    arrived: Counter[str] = Counter()

    async def noting(request: Add) -> Sum:
        handled.append(request.first)
        return await _add(request)

    async with network_to(url) as network, a_broker(url) as owner, a_broker(url) as gateway:
        await _publish_through(network, owner)
        client = RequestClient(gateway)
        take = client._on_reply

        async def counted(message: DeliveredMessage) -> None:
            arrived[message.header.properties.correlation_id or ""] += 1
            await take(message)

        client._on_reply = counted  # type: ignore[method-assign]  # to see what it ignores
        async with _serving(owner, noting) as server:
            assert (await client.call(Add(first=1, second=0), timeout=PATIENT)).total == 1
            network.fall_silent()
            waiting = asyncio.create_task(client.call(Add(first=2, second=0), timeout=PATIENT))
            await until(lambda: handled == [1, 2] and not server._under_way)

            network.cut()
            network.heal()

            assert (await waiting).total == 2
            assert (await client.call(Add(first=3, second=0), timeout=PATIENT)).total == 3

    assert handled == [1, 2, 3]
    assert list(arrived.values()) == [2, 1, 1]


async def test_an_answer_waits_for_a_broker_that_takes_nothing_for_a_moment(url: str) -> None:
    async with network_to(url) as network, a_broker(url) as owner, a_broker(url) as gateway:
        network.refuses = True
        await _publish_through(network, owner)
        async with _serving(owner) as server:
            call = asyncio.create_task(
                RequestClient(gateway).call(Add(first=1, second=2), timeout=PATIENT)
            )
            await until(lambda: server._replies._repeating is not None)

            network.refuses = False

            assert await call == Sum(total=3)
