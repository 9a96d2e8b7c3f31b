import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from libs.persistence.tests.contracts import Store, kept
from libs.persistence.tests.integration.conftest import NOTES, RELIABLE
from sqlalchemy import insert, select, text, update

from clientcomm_contracts.correlation import correlated
from clientcomm_contracts.faults import Refused
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, ReservedKey, Transaction

pytestmark = pytest.mark.integration


async def _rows(database: Database, statement: Any) -> Sequence[Any]:
    async with database.transaction() as transaction:
        return (await transaction.execute(statement)).all()


async def _outbox(database: Database) -> Sequence[Any]:
    return await _rows(database, select(RELIABLE.outbox).order_by(RELIABLE.outbox.c.position))


async def test_a_change_and_what_it_tells_are_committed_together(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(insert(NOTES).values(text="a"))
        transaction.publish(kept("a"))
        transaction.publish(Store(text="b"))

    rows = await _outbox(database)
    assert [(row.exchange, row.name) for row in rows] == [
        ("events.v1", "sms.probe.kept.v1"),
        ("commands.v1", "sms.probe.store.v1"),
    ]
    assert len(await _rows(database, select(NOTES))) == 1


async def test_a_failed_change_tells_nothing(database: Database) -> None:
    told: list[str] = []

    async def fail(transaction: Transaction) -> None:
        await transaction.execute(insert(NOTES).values(text="a"))
        transaction.publish(kept("a"))
        transaction.after_commit(lambda: told.append("a"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.run(fail)

    assert await _outbox(database) == []
    assert await _rows(database, select(NOTES)) == []
    assert told == []


async def test_after_the_commit_those_who_asked_are_told(database: Database) -> None:
    told: list[str] = []

    async with database.transaction() as transaction:
        transaction.after_commit(lambda: told.append("a"))
        assert told == []

    assert told == ["a"]


async def test_listeners_hear_of_a_commit_and_of_nothing_else(
    database: Database, urls: DatabaseUrls
) -> None:
    async def fail(transaction: Transaction) -> None:
        transaction.notify("news", "undone")
        raise ValueError("no")

    async with await psycopg.AsyncConnection.connect(urls.runtime, autocommit=True) as listener:
        await listener.execute("LISTEN news")
        with pytest.raises(ValueError, match="no"):
            await database.run(fail)
        async with database.transaction() as transaction:
            transaction.notify("news", "kept")
            transaction.notify("other", "unheard")

        heard = [notice.payload async for notice in listener.notifies(timeout=60, stop_after=1)]

    assert heard == ["kept"]


async def test_an_event_published_again_keeps_its_id_and_a_command_does_not(
    database: Database,
) -> None:
    aggregate = uuid4()

    async with database.transaction() as transaction:
        for _ in range(2):
            transaction.publish(kept("a", aggregate_id=aggregate, sequence=7))
            transaction.publish(Store(text="a"))
        transaction.publish(kept("a", aggregate_id=aggregate, sequence=8))

    first, command, again, other_command, later = [row.event_id for row in await _outbox(database)]
    assert first == again
    assert command != other_command
    assert later != first


async def test_a_given_event_id_is_kept(database: Database) -> None:
    given = uuid4()

    async with database.transaction() as transaction:
        transaction.publish(Store(text="a"), event_id=given)

    assert [row.event_id for row in await _outbox(database)] == [given]


async def test_outbox_rows_carry_the_correlation_and_continue_the_trace(
    database: Database,
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"

    with correlated("abc", trace):
        async with database.transaction() as transaction:
            transaction.publish(kept("a"))

    [row] = await _outbox(database)
    assert row.correlation_id == "abc"
    assert row.traceparent[:36] == trace[:36]
    assert row.traceparent[36:52] != "b" * 16


async def test_rows_of_one_transaction_keep_their_order(database: Database) -> None:
    async with database.transaction() as transaction:
        for number in range(1000):
            transaction.publish(Store(text=str(number)))

    bodies = [row.body for row in await _outbox(database)]
    assert bodies == [f'{{"text":"{number}"}}' for number in range(1000)]


async def test_only_the_first_time_counts(database: Database) -> None:
    ids = [uuid4() for _ in range(3)]

    async with database.transaction() as transaction:
        assert await transaction.first_time("a", [*ids, ids[0]]) == set(ids)
    async with database.transaction() as transaction:
        fresh = uuid4()
        assert await transaction.first_time("a", [*ids, fresh]) == {fresh}
        assert await transaction.first_time("b", ids) == set(ids)


async def test_batches_with_the_same_ids_do_not_wait_for_each_other_in_a_circle(
    database: Database,
) -> None:
    ids = [uuid4() for _ in range(200)]
    fresh: list[int] = []

    async def handle(order: list[Any]) -> None:
        async with database.transaction() as transaction:
            fresh.append(len(await transaction.first_time("a", order)))

    await asyncio.gather(*(handle(ids[::direction]) for direction in (1, -1) * 4))

    assert sum(fresh) == 200


async def test_an_answer_is_given_again_for_the_same_key_and_body(database: Database) -> None:
    key = ReservedKey("a", "k", "h")

    async with database.transaction() as transaction:
        assert await transaction.answered(key) is None
        transaction.remember_answer(key, {"id": 1})

    async with database.transaction() as transaction:
        assert await transaction.answered(key) == {"id": 1}


async def test_a_key_with_another_body_is_refused(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.answered(ReservedKey("a", "k", "h"))
        transaction.remember_answer(ReservedKey("a", "k", "h"), {})

    with pytest.raises(Refused) as refused:
        async with database.transaction() as transaction:
            await transaction.answered(ReservedKey("a", "k", "other"))

    assert refused.value.kind == "reused_key"


async def test_keys_of_different_actors_are_apart(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.answered(ReservedKey("a", "k", "h"))
        assert await transaction.answered(ReservedKey("b", "k", "other")) is None


async def test_equal_requests_at_once_do_the_work_once(database: Database) -> None:
    async def handle(number: int) -> dict[str, Any]:
        key = ReservedKey("a", "k", "h")
        async with database.transaction() as transaction:
            if known := await transaction.answered(key):
                return known
            await asyncio.sleep(0.02)
            await transaction.execute(insert(NOTES).values(text=str(number)))
            transaction.remember_answer(key, {"number": number})
        return {"number": number}

    answers = await asyncio.gather(*(handle(number) for number in range(5)))

    assert len({answer["number"] for answer in answers}) == 1
    assert len(await _rows(database, select(NOTES))) == 1


async def test_a_failed_request_leaves_its_key_free(database: Database) -> None:
    async def refuse(transaction: Transaction) -> None:
        await transaction.answered(ReservedKey("a", "k", "h"))
        raise Refused("closed", "It is closed.")

    with pytest.raises(Refused):
        await database.run(refuse)

    async with database.transaction() as transaction:
        assert await transaction.answered(ReservedKey("a", "k", "other")) is None


async def test_a_deadlock_is_run_again(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(insert(NOTES), [{"text": "a"}, {"text": "b"}])
    runs = 0
    each_has_one = asyncio.Barrier(2)

    async def lock(transaction: Transaction, name: str) -> None:
        await transaction.execute(update(NOTES).where(NOTES.c.text == name).values(text=name))

    async def lock_both(transaction: Transaction, order: Sequence[str]) -> None:
        nonlocal runs
        runs += 1
        is_first_run = runs <= each_has_one.parties
        await lock(transaction, order[0])
        if is_first_run:
            await each_has_one.wait()
        await lock(transaction, order[1])

    await asyncio.gather(
        database.run(lambda transaction: lock_both(transaction, "ab")),
        database.run(lambda transaction: lock_both(transaction, "ba")),
    )

    assert runs >= 3


async def test_a_lost_serialization_is_run_again(database: Database) -> None:
    seen: list[int] = []
    all_have_looked = asyncio.Barrier(3)

    async def count_and_add(transaction: Transaction) -> None:
        await transaction.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        count = len((await transaction.execute(select(NOTES))).all())
        seen.append(count)
        if len(seen) <= all_have_looked.parties:
            await all_have_looked.wait()
        await transaction.execute(insert(NOTES).values(text=f"{uuid4()}"))

    await asyncio.gather(*(database.run(count_and_add, attempts=10) for _ in range(3)))

    assert len(seen) > 3
    assert len(await _rows(database, select(NOTES))) == 3


async def test_the_runtime_role_may_not_change_tables(database: Database) -> None:
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError):
        await _rows(database, text("CREATE TABLE mine (a int)"))
