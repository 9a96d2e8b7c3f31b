import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from libs.bus.tests.probes import PATIENT, until
from libs.persistence.tests.contracts import Store
from libs.persistence.tests.integration.conftest import RELIABLE
from prometheus_client import REGISTRY
from sqlalchemy import func, insert, select

from clientcomm_contracts.faults import Unavailable
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, OutboxRow, Relay

pytestmark = pytest.mark.integration


class _Bus:
    """Takes rows; may refuse texts, or be away."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.refused: set[str] = set()
        self.is_away = False
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.calls: list[int] = []

    async def __call__(self, rows: Sequence[OutboxRow]) -> Sequence[bool]:
        self.calls.append(len(rows))
        await self.is_open.wait()
        if self.is_away:
            raise Unavailable("broker")
        texts = [Store.read(row.body).text for row in rows]
        self.bodies += [text for text in texts if text not in self.refused]
        return [text not in self.refused for text in texts]


@pytest.fixture
def bus() -> _Bus:
    return _Bus()


@asynccontextmanager
async def _relaying(urls: DatabaseUrls, bus: _Bus) -> AsyncIterator[Relay]:
    relay = Relay(urls.runtime, bus)
    await relay.start()
    try:
        await until(lambda: relay.is_active)
        yield relay
    finally:
        await relay.stop()


async def _write(database: Database, *texts: str) -> None:
    async with database.transaction() as transaction:
        for text in texts:
            transaction.publish(Store(text=text))


async def _left(database: Database) -> int:
    async with database.transaction() as transaction:
        count = await transaction.execute(select(func.count()).select_from(RELIABLE.outbox))
        return int(count.scalar_one())


async def _until_empty(database: Database) -> None:
    async with asyncio.timeout(PATIENT):
        while await _left(database):  # noqa: ASYNC110 - a table has no event
            await asyncio.sleep(0.02)


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]


async def test_rows_go_out_in_order_and_are_then_gone(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    await _write(database, *_numbers(3000))

    async with _relaying(urls, bus):
        await until(lambda: len(bus.bodies) == 3000)
        await _until_empty(database)

    assert bus.bodies == _numbers(3000)


async def test_a_commit_wakes_the_relay(
    urls: DatabaseUrls, database: Database, bus: _Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientcomm_persistence.relay._POLL", 3600.0)
    async with _relaying(urls, bus):
        for number in range(5):
            await _write(database, str(number))
            await until(lambda: len(bus.bodies) == number + 1)  # noqa: B023 - awaited here


async def test_many_rows_are_in_flight_at_once(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    bus.is_open.clear()
    await _write(database, *_numbers(1500))

    async with _relaying(urls, bus):
        await until(lambda: sum(bus.calls) >= 1500)
        assert bus.bodies == []
        bus.is_open.set()
        await until(lambda: len(bus.bodies) == 1500)


async def test_what_was_not_confirmed_stays_and_holds_nobody_up(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    bus.refused = {"1"}
    await _write(database, "0", "1", "2")

    async with _relaying(urls, bus):
        await until(lambda: bus.bodies == ["0", "2"])
        await _write(database, "3")
        await until(lambda: bus.bodies == ["0", "2", "3"])
        assert await _left(database) >= 1

        bus.refused = set()
        await until(lambda: bus.bodies[-1] == "1")
        await _until_empty(database)


async def test_a_broker_away_leaves_the_rows_where_they_are(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    bus.is_away = True
    await _write(database, "0", "1")

    async with _relaying(urls, bus):
        await until(lambda: len(bus.calls) >= 3)
        assert await _left(database) == 2

        bus.is_away = False
        await until(lambda: bus.bodies == ["0", "1"])
        await _until_empty(database)


async def test_a_bug_while_publishing_loses_nothing(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    failures = [ValueError("once")]

    async def fail_once(rows: Sequence[OutboxRow]) -> Sequence[bool]:
        if failures:
            raise failures.pop()
        return await bus(rows)

    await _write(database, "0")
    relay = Relay(urls.runtime, fail_once)
    await relay.start()
    await until(lambda: bus.bodies == ["0"])
    await relay.stop()


async def test_one_of_two_relays_is_active_and_the_other_takes_over(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    other_bus = _Bus()
    async with _relaying(urls, bus) as first:
        second = Relay(urls.runtime, other_bus)
        await second.start()
        await until(second.is_ready)
        await _write(database, *_numbers(100))
        await until(lambda: len(bus.bodies) == 100)
        await _until_empty(database)
        assert (first.is_active, second.is_active) == (True, False)
        assert other_bus.calls == []

        await first.stop()
        await until(lambda: second.is_active)
        await _write(database, "after")
        await until(lambda: other_bus.bodies == ["after"])
        await second.stop()


async def test_stopping_deletes_what_was_confirmed_meanwhile(
    urls: DatabaseUrls, database: Database, bus: _Bus
) -> None:
    bus.is_open.clear()
    await _write(database, *_numbers(10))

    async with _relaying(urls, bus):
        await until(lambda: bool(bus.calls))
        asyncio.get_running_loop().call_later(0.05, bus.is_open.set)

    assert await _left(database) == 0
    assert len(bus.bodies) == 10


async def test_a_figure_says_how_many_items_are_parked_while_one_relays(
    database: Database, urls: DatabaseUrls, bus: _Bus
) -> None:
    row = {
        "id": uuid4(), "queue": "a.v1", "event_id": uuid4(), "name": "a", "body": b"{}",
        "attempt": 8, "exception_type": "KeyError",
    }  # fmt: skip
    async with database.transaction() as transaction:
        await transaction.execute(insert(RELIABLE.parked).values(row))

    async with _relaying(urls, bus):
        await until(lambda: REGISTRY.get_sample_value("clientcomm_parked_items") == 1)

    assert REGISTRY.get_sample_value("clientcomm_parked_items") == 0
