import asyncio

import pytest
from libs.persistence.tests.contracts import item_of, kept
from libs.persistence.tests.integration.conftest import RELIABLE
from sqlalchemy import select

from clientcomm_bus.wire import decode
from clientcomm_persistence import Database, ParkingTable

pytestmark = pytest.mark.integration


@pytest.fixture
def parking(database: Database) -> ParkingTable:
    return ParkingTable(database)


async def test_a_parked_item_is_listed_without_its_body(parking: ParkingTable) -> None:
    item = item_of(kept("private words"))

    await parking.park(queue="q", item=item, exception_type="ValueError")

    [listed] = await parking.list()
    assert (listed.queue, listed.event_id, listed.exception_type) == (
        "q",
        item.event_id,
        "ValueError",
    )
    assert "private" not in repr(listed)


async def test_parking_again_after_a_crash_keeps_one(parking: ParkingTable) -> None:
    item = item_of(kept("a"))

    for _ in range(2):
        await parking.park(queue="q", item=item, exception_type="ValueError")

    assert len(await parking.list()) == 1


async def test_replay_sends_the_same_event_to_its_queue_with_its_first_attempt(
    parking: ParkingTable, database: Database
) -> None:
    item = item_of(kept("a"), correlation_id="abc")
    await parking.park(queue="q", item=item, exception_type="ValueError")
    [listed] = await parking.list()

    assert await parking.replay(listed.id)

    assert await parking.list() == []
    async with database.transaction() as transaction:
        [row] = (await transaction.execute(select(RELIABLE.outbox))).all()
    assert (row.exchange, row.routing_key) == ("wait.1s.v1", "q")
    assert (row.event_id, row.body.encode()) == (item.event_id, item.body)
    assert row.correlation_id == "abc"


async def test_replaying_twice_at_once_replays_once(
    parking: ParkingTable, database: Database
) -> None:
    await parking.park(queue="q", item=item_of(kept("a")), exception_type="ValueError")
    [listed] = await parking.list()

    results = await asyncio.gather(parking.replay(listed.id), parking.replay(listed.id))

    assert sorted(results) == [False, True]


async def test_bytes_that_are_no_contract_can_only_be_discarded(parking: ParkingTable) -> None:
    [malformed] = decode(b"\xff\x00")
    await parking.park(queue="q", item=malformed, exception_type="Unparsable")
    [listed] = await parking.list()

    assert not await parking.replay(listed.id)
    assert len(await parking.list()) == 1

    assert await parking.discard(listed.id)
    assert await parking.list() == []
    assert not await parking.discard(listed.id)
