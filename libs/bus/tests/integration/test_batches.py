import asyncio
from collections.abc import Sequence

import pytest
from libs.bus.tests.contracts import Noted, item
from libs.bus.tests.probes import (
    QUEUE,
    Lot,
    Recorder,
    a_broker,
    consuming,
    depth,
    send,
    until,
)

from clientcomm_bus import BatchConsumer, Item, Outgoing, Publisher
from clientcomm_bus.publisher import Publication
from clientcomm_contracts.contract import Unparsable
from clientcomm_contracts.faults import Unavailable

pytestmark = pytest.mark.integration


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]


async def _send_pack(url: str, texts: list[str]) -> None:
    async with a_broker(url) as broker:
        pack = Outgoing("events.v1", Noted.name, [item(text) for text in texts])
        assert await Publisher(broker).publish([pack]) == [True]


async def test_everything_arrives_once_and_in_order(url: str) -> None:
    recorder = Recorder()
    await send(url, [item(text) for text in _numbers(500)])

    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, recorder, Lot())):
        await until(lambda: len(recorder.texts) >= 500)

    assert recorder.texts == _numbers(500)
    assert await depth(url, QUEUE) == 0


async def test_what_came_while_one_transaction_was_under_way_shares_the_next(url: str) -> None:
    recorder = Recorder()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held(items: Sequence[Item]) -> None:
        begun.set()
        await go_on.wait()
        await recorder(items)

    await send(url, [item("first")])
    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, held, Lot())
        async with consuming(consumer):
            await begun.wait()
            subscription = consumer._subscription
            assert subscription is not None
            await send(url, [item(text) for text in _numbers(60)])
            await until(lambda: len(subscription._waiting) == 60)
            go_on.set()
            await until(lambda: len(recorder.texts) == 61)

    assert recorder.batches == [["first"], _numbers(60)]


async def test_a_batch_has_a_bound(url: str) -> None:
    recorder = Recorder()
    for _ in range(10):
        await _send_pack(url, _numbers(50))

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, Lot(), batch_size=100)
        async with consuming(consumer):
            await until(lambda: len(recorder.texts) >= 500)

    assert max(map(len, recorder.batches)) <= 100 + 49


async def test_a_poisonous_item_in_a_pack_fails_alone(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda texts: ValueError("poison") if "3" in texts else None
    await _send_pack(url, _numbers(6))

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, lot, max_attempts=1)
        async with consuming(consumer):
            await until(lambda: bool(lot.parked))
            await until(lambda: len(recorder.texts) == 5)

    assert recorder.texts == ["0", "1", "2", "4", "5"]
    [(queue, parked, kind)] = lot.parked
    assert (queue, kind) == (QUEUE, "ValueError")
    assert b'"3"' in parked.body
    assert await depth(url, QUEUE) == 0


async def test_a_failing_item_comes_again_with_its_attempt_counted(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda _texts: ValueError("not yet") if len(recorder.attempts) == 1 else None
    await send(url, [item("again")])

    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, recorder, lot)):
        await until(lambda: recorder.texts == ["again"])

    assert recorder.attempts == [1, 2]
    assert not lot.parked


async def test_attempts_end_in_parking(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda _texts: ValueError("never")
    await send(url, [item("hopeless")])

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, lot, max_attempts=2)
        async with consuming(consumer):
            await until(lambda: bool(lot.parked))

    assert recorder.attempts == [1, 2]
    assert lot.parked[0][1].attempt == 2


async def test_what_cannot_be_parsed_is_parked_at_once(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda _texts: Unparsable("field")
    await send(url, [item("strange")])

    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, recorder, lot)):
        await until(lambda: bool(lot.parked))

    assert recorder.attempts == [1]


async def test_bytes_that_are_no_pack_are_parked(url: str) -> None:
    recorder, lot = Recorder(), Lot()

    async with a_broker(url) as broker:
        assert await Publisher(broker).send([Publication("events.v1", Noted.name, b"\xff{")])
        async with consuming(BatchConsumer(broker, QUEUE, recorder, lot)):
            await until(lambda: bool(lot.parked))

    assert lot.parked[0][1].body == b"\xff{"


async def test_a_database_away_pauses_and_costs_no_attempt(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda _texts: Unavailable("db") if len(recorder.attempts) < 4 else None
    await send(url, [item("patient")])

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, lot, max_attempts=1)
        async with consuming(consumer):
            await until(lambda: recorder.texts == ["patient"])

    assert recorder.attempts == [1, 1, 1, 1]
    assert not lot.parked


async def test_a_database_away_while_parking_parks_later(url: str) -> None:
    recorder, lot = Recorder(), Lot()
    recorder.fail = lambda _texts: ValueError("never")
    failures = [Unavailable("db"), Unavailable("db")]

    async def away_at_first() -> None:
        if failures:
            raise failures.pop()

    lot.before = away_at_first
    await send(url, [item("a")])

    async with a_broker(url) as broker:
        consumer = BatchConsumer(broker, QUEUE, recorder, lot, max_attempts=1)
        async with consuming(consumer):
            await until(lambda: bool(lot.parked))

    assert recorder.attempts == [1]


async def test_stopping_finishes_the_batch_under_way(url: str) -> None:
    recorder = Recorder()
    begun = asyncio.Event()

    async def slow(items: object) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        await recorder(items)  # type: ignore[arg-type]  # passed on as it came

    await send(url, [item("a")])
    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, slow, Lot())):
        await begun.wait()

    assert recorder.texts == ["a"]
    assert await depth(url, QUEUE) == 0
