import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from libs.persistence.tests.contracts import Store
from libs.persistence.tests.integration.conftest import NOTES, RELIABLE
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.correlation import correlated
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_persistence import Database, Grouped, Transaction, grouped
from clientcomm_testkit.stopwatch import Stopwatch

ASKERS_PATIENCE = 5.0

pytestmark = pytest.mark.integration


class Noted(Reply):
    text: str


class Note(Request[Noted]):
    name: ClassVar[str] = "sms.probe.note.v1"

    text: str
    key: str = ""
    place: str = ""


class Book:
    """Notes what it is asked to, and in which groups; each begins, then waits to be let go."""

    def __init__(self, database: Database) -> None:
        self.groups: list[list[str]] = []
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.note = Grouped(
            database,
            self._work,
            apart=lambda note: note.key or note.text,
            in_turn=lambda note: note.place or note.text,
        )

    async def _work(
        self, transaction: Transaction, notes: Sequence[Note]
    ) -> Sequence[Noted | Refused]:
        self.groups.append([note.text for note in notes])
        self.begun.set()
        await self.let_go.wait()
        return [await self._outcome(transaction, note) for note in notes]

    async def _outcome(self, transaction: Transaction, note: Note) -> Noted | Refused:
        if note.text == "away":
            raise Unavailable("away")
        if note.text == "refused":
            return Refused("no", "No.")
        transaction.publish(Store(text=note.text), cause=note)
        await transaction.execute(insert(NOTES).values(text=note.text))
        return Noted(text=note.text)

    async def ask(self, *notes: Note) -> Sequence[Any]:
        """The first alone, the others while it is under way."""
        first = asyncio.ensure_future(self.note(notes[0]))
        await self.begun.wait()
        others = [asyncio.ensure_future(self.note(note)) for note in notes[1:]]
        await asyncio.sleep(0)
        self.let_go.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


@pytest.fixture
def book(database: Database, monkeypatch: pytest.MonkeyPatch) -> Book:
    """With patience, for tests that are not about how long a lock or a turn is waited for."""
    monkeypatch.setattr(grouped, "_TURN_WITHIN", 60.0)
    monkeypatch.setattr(grouped, "_PATIENCE_OF_ONE", "60s")
    return Book(database)


async def _texts(database: Database) -> set[str]:
    async with database.transaction() as transaction:
        return set((await transaction.execute(select(NOTES.c.text))).scalars())


def _notes(*texts: str) -> list[Note]:
    return [Note(text=text) for text in texts]


async def test_the_first_waits_for_nobody_and_the_rest_share_a_transaction(
    book: Book, database: Database
) -> None:
    answers = await book.ask(*_notes("a", "b", "c", "d"))

    assert book.groups == [["a"], ["b", "c", "d"]]
    assert answers == [Noted(text=text) for text in "abcd"]
    assert await _texts(database) == set("abcd")
    assert await book.note(Note(text="later")) == Noted(text="later")


async def test_a_refusal_is_for_its_own_asker(book: Book, database: Database) -> None:
    answers = await book.ask(*_notes("a", "b", "refused", "c"))

    assert [type(answer) for answer in answers] == [Noted, Noted, Refused, Noted]
    assert await _texts(database) == {"a", "b", "c"}


async def test_one_that_spoils_the_transaction_fails_alone(book: Book, database: Database) -> None:
    answers = await book.ask(*_notes("a", "b", "nul \0", "c"))

    assert isinstance(answers[2], Exception)
    assert not isinstance(answers[2], Refused)
    assert await _texts(database) == {"a", "b", "c"}


async def test_when_the_database_is_away_everybody_is_told_and_nothing_is_tried_twice(
    book: Book, database: Database
) -> None:
    answers = await book.ask(*_notes("a", "b", "away", "c"))

    assert [type(answer) for answer in answers] == [Noted, *[Unavailable] * 3]
    assert await _texts(database) == {"a"}
    assert sum("b" in group for group in book.groups) == 1


async def test_alike_ones_are_apart_and_in_order(book: Book) -> None:
    mine = [Note(text=text, key="me") for text in ("1", "2", "3")]

    answers = await book.ask(*_notes("0"), *mine, *_notes("x"))

    assert book.groups == [["0"], ["1", "x"], ["2"], ["3"]]
    assert [answer.text for answer in answers] == ["0", "1", "2", "3", "x"]


async def test_those_who_want_what_is_locked_hold_nobody_else_up(
    book: Book, database: Database
) -> None:
    book.let_go.set()
    async with database.transaction() as other:
        await other.execute(insert(NOTES).values(text="locked"))
        stuck = [
            asyncio.ensure_future(book.note(Note(text=one, place="same")))
            for one in ("locked", "behind it")
        ]
        await book.begun.wait()
        for one in "abcdefg":
            assert await book.note(Note(text=one)) == Noted(text=one)
        assert not stuck[0].done()

    results = await asyncio.gather(*stuck, return_exceptions=True)
    assert [type(result) for result in results] == [IntegrityError, Noted]


async def test_a_lock_is_not_waited_for_longer_than_the_asker_waits(database: Database) -> None:
    book = Book(database)
    book.let_go.set()
    async with database.transaction() as other:
        await other.execute(insert(NOTES).values(text="locked"))
        watch = Stopwatch()
        with pytest.raises(Unavailable):
            await book.note(Note(text="locked"))
        assert watch.seconds < ASKERS_PATIENCE


async def test_what_is_in_turn_keeps_its_order_whoever_is_stuck(
    book: Book, database: Database
) -> None:
    book.let_go.set()
    async with database.transaction() as other:
        await other.execute(insert(NOTES).values(text="locked"))
        stuck, one = (
            asyncio.ensure_future(book.note(note))
            for note in (Note(text="locked"), Note(text="one", place="mine"))
        )
        await book.begun.wait()
        assert await book.note(Note(text="two", place="mine")) == Noted(text="two")
        assert one.done()
        assert not stuck.done()

    with pytest.raises(IntegrityError):
        await stuck
    order = [text for group in book.groups for text in group]
    assert order.index("two") > len(order) - 1 - order[::-1].index("one")


async def test_each_message_belongs_to_what_caused_it(book: Book, database: Database) -> None:
    async def ask(text: str) -> None:
        with correlated(f"by {text}"):
            await book.note(Note(text=text))

    asked = [asyncio.ensure_future(ask(text)) for text in "abc"]
    book.let_go.set()
    await asyncio.gather(*asked)

    async with database.transaction() as transaction:
        rows = (await transaction.execute(select(RELIABLE.outbox))).all()
    assert {(row.correlation_id, row.body) for row in rows} == {
        (f"by {text}", Store(text=text).write().decode()) for text in "abc"
    }


async def test_one_who_has_gone_holds_nobody_up(book: Book, database: Database) -> None:
    gone, stays = (asyncio.ensure_future(book.note(note)) for note in _notes("a", "b"))
    await book.begun.wait()
    gone.cancel()
    book.let_go.set()

    assert await stays == Noted(text="b")
    assert await _texts(database) == {"a", "b"}
