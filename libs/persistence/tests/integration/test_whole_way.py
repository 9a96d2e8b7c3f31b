"""From a commit in one service to a commit in another, each with its own users and rights."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from libs.bus.tests.probes import PATIENT, a_broker, consuming, until
from libs.persistence.tests.contracts import Kept, kept
from libs.persistence.tests.integration.conftest import NOTES
from libs.persistence.tests.programs.relaying import QUEUE
from sqlalchemy import insert, select

from clientcomm_bus import BatchConsumer, Broker, DeadLetterConsumer, Publisher
from clientcomm_contracts.correlation import correlated, correlation_id
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import (
    Database,
    InboxProcessor,
    ParkingTable,
    Relay,
    Transaction,
    publishing_through,
)
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


class _Handler:
    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.correlations: list[str | None] = []

    async def __call__(self, transaction: Transaction, messages: Sequence[Kept]) -> None:
        self.correlations.append(correlation_id())
        for message in messages:
            await transaction.execute(insert(NOTES).values(text=message.text))
        if self.failures:
            raise self.failures.pop()


@pytest.fixture
async def receiving(declared_amqp_vhost: VirtualHost) -> AsyncIterator[Broker]:
    async with a_broker(declared_amqp_vhost.url_of("conversations")) as broker:
        yield broker


@pytest.fixture
async def relay(declared_amqp_vhost: VirtualHost, urls: DatabaseUrls) -> AsyncIterator[Relay]:
    async with a_broker(declared_amqp_vhost.url_of("sms")) as broker:
        relay = Relay(urls.runtime, publishing_through(Publisher(broker)))
        await relay.start()
        yield relay
        await relay.stop()


async def _notes(database: Database) -> list[str]:
    async with database.transaction() as transaction:
        return list((await transaction.execute(select(NOTES.c.text))).scalars())


async def _until_noted(database: Database, expected: list[str]) -> None:
    async with asyncio.timeout(PATIENT):
        while await _notes(database) != expected:  # noqa: ASYNC110 - a table has no event
            await asyncio.sleep(0.02)


def _consumer(
    broker: Broker, database: Database, handler: _Handler, *, max_attempts: int = 8
) -> BatchConsumer:
    process = InboxProcessor(database, consumer="test", handlers={Kept: handler})
    return BatchConsumer(broker, QUEUE, process, ParkingTable(database), max_attempts=max_attempts)


async def _tell(database: Database, text: str) -> None:
    async with database.transaction() as transaction:
        transaction.publish(kept(text))


async def test_what_one_service_commits_another_handles_with_its_correlation(
    database: Database, relay: Relay, receiving: Broker
) -> None:
    handler = _Handler()

    async with consuming(_consumer(receiving, database, handler)):
        with correlated("from-the-browser"):
            await _tell(database, "a")
        await _until_noted(database, ["a"])

    assert handler.correlations == ["from-the-browser"]


async def test_a_failed_item_is_retried_with_the_rights_of_the_service(
    database: Database, relay: Relay, receiving: Broker
) -> None:
    handler = _Handler()
    handler.failures = [ValueError("once")]

    async with consuming(_consumer(receiving, database, handler)):
        await _tell(database, "a")
        await _until_noted(database, ["a"])


async def test_a_parked_item_is_replayed_and_then_handled(
    database: Database, relay: Relay, receiving: Broker
) -> None:
    handler, parking = _Handler(), ParkingTable(database)
    handler.failures = [ValueError("never")]

    async with consuming(_consumer(receiving, database, handler, max_attempts=1)):
        await _tell(database, "a")
        async with asyncio.timeout(PATIENT):
            while not (parked := await parking.list()):  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        assert await _notes(database) == []

        assert await parking.replay(parked[0].id)
        await _until_noted(database, ["a"])

    assert await parking.list() == []


async def test_a_service_may_read_its_own_dead_letters(
    database: Database, receiving: Broker
) -> None:
    dead = DeadLetterConsumer(receiving, "conversations", ParkingTable(database))

    await dead.start()
    await until(dead.is_ready)
    await dead.stop()
