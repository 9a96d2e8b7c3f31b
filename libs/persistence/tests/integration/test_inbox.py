from collections.abc import Awaitable, Callable, Sequence

import pytest
from libs.persistence.tests.contracts import Ignored, Kept, Store, item_of, kept
from libs.persistence.tests.integration.conftest import NOTES, RELIABLE
from sqlalchemy import insert, select

from clientcomm_bus import Item
from clientcomm_bus.wire import decode
from clientcomm_contracts.contract import Message, Unparsable
from clientcomm_persistence import Database, InboxProcessor, Transaction

pytestmark = pytest.mark.integration


class _Handler:
    """Notes what it gets; fails on the text `poison`."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    async def __call__(self, transaction: Transaction, messages: Sequence[Kept]) -> None:
        self.calls.append([message.text for message in messages])
        for message in messages:
            await transaction.execute(insert(NOTES).values(text=message.text))
            transaction.publish(Store(text=message.text), cause=message)
        if "poison" in self.calls[-1]:
            raise ValueError("poison")


@pytest.fixture
def handler() -> _Handler:
    return _Handler()


@pytest.fixture
def process(database: Database, handler: _Handler) -> InboxProcessor:
    return InboxProcessor(database, consumer="test", handlers={Kept: handler})


async def _notes(database: Database) -> list[str]:
    async with database.transaction() as transaction:
        return sorted((await transaction.execute(select(NOTES.c.text))).scalars())


async def test_a_batch_is_one_call_in_order(process: InboxProcessor, handler: _Handler) -> None:
    await process([item_of(kept(text)) for text in "abc"])

    assert handler.calls == [["a", "b", "c"]]


@pytest.mark.parametrize("is_turned", [False, True])
async def test_handlers_run_in_the_order_in_which_they_are_given(
    database: Database, is_turned: bool
) -> None:
    heard: list[str] = []

    def hearing(name: str) -> Callable[[Transaction, Sequence[Message]], Awaitable[None]]:
        async def hear(_transaction: Transaction, _messages: Sequence[Message]) -> None:
            heard.append(name)

        return hear

    batch = [item_of(kept("an event")), item_of(Store(text="a command"))]
    process = InboxProcessor(
        database, consumer="test", handlers={Store: hearing("store"), Kept: hearing("kept")}
    )
    await process(batch[::-1] if is_turned else batch)

    assert heard == ["store", "kept"]


async def test_what_was_handled_before_is_left_out(
    process: InboxProcessor, handler: _Handler
) -> None:
    first, second = item_of(kept("a")), item_of(kept("b"))

    await process([first])
    await process([first, second, second])
    await process([first, second])

    assert handler.calls == [["a"], ["b"]]


async def test_another_consumer_handles_it_too(
    process: InboxProcessor, handler: _Handler, database: Database
) -> None:
    heard: list[str] = []

    async def hear(_transaction: Transaction, messages: Sequence[Kept]) -> None:
        heard.extend(message.text for message in messages)

    arrived = item_of(kept("a"))
    await process([arrived])
    await InboxProcessor(database, consumer="other", handlers={Kept: hear})([arrived])

    assert heard == ["a"]


async def test_a_failing_batch_leaves_no_trace_and_may_come_again(
    process: InboxProcessor, database: Database
) -> None:
    good, bad = item_of(kept("good")), item_of(kept("poison"))

    with pytest.raises(ValueError, match="poison"):
        await process([good, bad])
    assert await _notes(database) == []

    await process([good])
    assert await _notes(database) == ["good"]


async def test_events_of_no_interest_are_passed_over(
    process: InboxProcessor, handler: _Handler
) -> None:
    event = kept("x")
    other = Ignored(aggregate_id=event.aggregate_id, sequence=1, occurred_at=event.occurred_at)

    await process([item_of(other), item_of(event)])

    assert handler.calls == [["x"]]


@pytest.mark.parametrize(
    "stranger",
    [
        item_of(Store(text="a command for somebody else")),
        Item(item_of(kept("a")).event_id, "sms.unknown.thing.v9", b"{}"),
        Item(item_of(kept("a")).event_id, Kept.name, b'{"text":1}'),
        decode(b"nonsense")[0],
    ],
    ids=["command", "unknown", "wrong body", "malformed"],
)
async def test_what_is_not_understood_is_not_swallowed(
    process: InboxProcessor, stranger: Item
) -> None:
    with pytest.raises(Unparsable):
        await process([stranger])


async def test_each_answer_carries_the_correlation_of_its_own_cause(
    process: InboxProcessor, database: Database
) -> None:
    await process([item_of(kept(text), correlation_id=f"id-{text}") for text in "ab"])

    async with database.transaction() as transaction:
        rows = await transaction.execute(
            select(RELIABLE.outbox.c.body, RELIABLE.outbox.c.correlation_id).order_by(
                RELIABLE.outbox.c.position
            )
        )
        assert [tuple(row) for row in rows] == [
            ('{"text":"a"}', "id-a"),
            ('{"text":"b"}', "id-b"),
        ]
