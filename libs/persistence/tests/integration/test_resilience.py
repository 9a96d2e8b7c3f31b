"""Processes killed and frozen at the worst moments: nothing is lost and nothing is done twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from libs.bus.tests.probes import PATIENT, empty, until
from libs.persistence.tests.contracts import kept
from libs.persistence.tests.processes import process
from libs.persistence.tests.programs.relaying import QUEUE

from clientcomm_bus import declare_topology
from clientcomm_local.broker import PrivateBroker
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database
from clientcomm_testkit.brokers import BrokerServer, VirtualHost

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def urls(urls: DatabaseUrls) -> DatabaseUrls:
    """With the table that the consumer of the program writes."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE handled (text text)")
    return urls


@pytest.fixture
def host(declared_amqp_vhost: VirtualHost) -> Iterator[VirtualHost]:
    yield declared_amqp_vhost
    asyncio.run(empty(declared_amqp_vhost.admin_url, QUEUE))


async def _write(database: Database, texts: list[str], *, at_a_time: int = 1) -> None:
    for start in range(0, len(texts), at_a_time):
        async with database.transaction() as transaction:
            for text in texts[start : start + at_a_time]:
                transaction.publish(kept(text))


def _handled(urls: DatabaseUrls) -> Counter[str]:
    with psycopg.connect(urls.runtime) as connection:
        return Counter(row[0] for row in connection.execute("SELECT text FROM handled"))


def _left(urls: DatabaseUrls) -> int:
    with psycopg.connect(urls.runtime) as connection:
        row = connection.execute("SELECT count(*) FROM outbox").fetchone()
        assert row is not None
        return int(row[0])


async def _until_settled(urls: DatabaseUrls, count: int) -> None:
    async with asyncio.timeout(PATIENT):
        while len(_handled(urls)) < count or _left(urls):  # noqa: ASYNC110 - a table has no event
            await asyncio.sleep(0.1)


def _texts(count: int) -> list[str]:
    return [str(number) for number in range(count)]


@pytest.mark.parametrize(
    "failpoint", ["before_publish:kill:3", "after_confirm:kill:3", "after_commit:kill:3"]
)
async def test_a_process_killed_at_a_failpoint_loses_nothing_and_repeats_nothing(
    urls: DatabaseUrls, database: Database, host: VirtualHost, failpoint: str
) -> None:
    arguments = (urls.runtime, host.admin_url, "both")
    written: list[str] = []

    with process(*arguments, failpoints=failpoint) as doomed:
        async with asyncio.timeout(PATIENT):
            while doomed.is_running():  # it comes by there once for each lot
                written.append(str(len(written)))
                await _write(database, written[-1:])
                await asyncio.sleep(0.01)
    with process(*arguments):
        await _until_settled(urls, len(written))

    assert _handled(urls) == Counter(written)


async def test_a_frozen_relay_is_replaced_and_does_no_harm_thawed(
    urls: DatabaseUrls, database: Database, host: VirtualHost
) -> None:
    arguments = (urls.runtime, host.admin_url)

    with (
        process(*arguments, "consume"),
        process(*arguments, "relay") as first,
    ):
        await _write(database, ["before"])
        await _until_settled(urls, 1)
        with process(*arguments, "relay"):
            first.freeze()
            await _write(database, ["frozen"])
            await _until_settled(urls, 2)

            first.thaw()
            await _write(database, _texts(50))
            await _until_settled(urls, 52)

    assert _handled(urls) == Counter(["before", "frozen", *_texts(50)])


async def test_a_relay_frozen_between_reading_and_publishing_publishes_what_the_inbox_removes(
    urls: DatabaseUrls, database: Database, host: VirtualHost
) -> None:
    arguments = (urls.runtime, host.admin_url)

    with process(*arguments, "relay", failpoints="before_publish:stop:1") as first:
        await _write(database, ["once"])
        await until(first.is_frozen)
        assert _left(urls) == 1, "frozen with the row in hand"
        with process(*arguments, "relay"), process(*arguments, "consume"):
            await _until_settled(urls, 1)
            first.thaw()
            await asyncio.sleep(1)
            await _write(database, ["again"])
            await _until_settled(urls, 2)

    assert _handled(urls) == Counter(["once", "again"])


async def test_killing_the_broker_under_load_loses_nothing_and_repeats_nothing(
    urls: DatabaseUrls, database: Database, private_broker: PrivateBroker
) -> None:
    server = BrokerServer.of(private_broker)
    host = server.new_virtual_host()
    server.close()
    await declare_topology(host.admin_url)
    texts = _texts(3000)

    with (
        process(urls.runtime, host.admin_url, "both"),
        process(urls.runtime, host.admin_url, "both"),
    ):
        load = asyncio.create_task(_write(database, texts, at_a_time=3))
        await asyncio.sleep(0.7)
        await asyncio.to_thread(_kill_and_start, private_broker)
        await load
        await _until_settled(urls, len(texts))

    assert _handled(urls) == Counter(texts)


def _kill_and_start(server: PrivateBroker) -> None:
    server.kill()
    server.start()
