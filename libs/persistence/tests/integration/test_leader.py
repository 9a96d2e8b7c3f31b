import asyncio

import psycopg
import pytest
from libs.bus.tests.probes import PATIENT, until
from libs.persistence.tests.contracts import Store
from libs.persistence.tests.integration.conftest import NOTES, RELIABLE
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, LeaderLock, Leadership

pytestmark = pytest.mark.integration


class _Work:
    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.leadership: Leadership | None = None

    async def __call__(self, leadership: Leadership) -> None:
        self.begun += 1
        self.leadership = leadership
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


async def test_a_task_is_done_by_one_at_a_time(urls: DatabaseUrls) -> None:
    works = [_Work(), _Work()]
    locks = [LeaderLock(urls.runtime, "test", work) for work in works]
    for lock in locks:
        await lock.start()
    await until(lambda: any(work.begun for work in works) and all(map(_ready, locks)))

    assert sorted(work.begun for work in works) == [0, 1]

    leader = next(lock for lock in locks if lock.is_leader)
    standby = next(lock for lock in locks if lock is not leader)
    await leader.stop()
    await until(lambda: standby.is_leader)
    await standby.stop()
    assert [work.begun for work in works] == [work.ended for work in works] == [1, 1]


def _ready(lock: LeaderLock) -> bool:
    return lock.is_ready()


async def test_different_tasks_do_not_exclude_each_other(urls: DatabaseUrls) -> None:
    locks = [LeaderLock(urls.runtime, name, _Work()) for name in ("a", "b")]
    for lock in locks:
        await lock.start()
    await until(lambda: all(lock.is_leader for lock in locks))
    for lock in locks:
        await lock.stop()


async def test_a_lost_session_ends_the_work_and_fails_its_writes(urls: DatabaseUrls) -> None:
    work = _Work()
    lock = LeaderLock(urls.runtime, "test", work)
    await lock.start()
    await until(lambda: work.leadership is not None)
    leadership = work.leadership
    assert leadership is not None
    pid = leadership.raw.info.backend_pid

    async with await psycopg.AsyncConnection.connect(urls.runtime, autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s)", (pid,))

    with pytest.raises(Exception, match=r"terminat|closed|lost|server"):
        async with leadership.transaction() as transaction:
            await transaction.execute(insert(NOTES).values(text="too late"))
    await until(lambda: work.begun == 2)
    assert work.ended == 1
    await lock.stop()


async def test_the_leader_writes_through_its_own_session(
    urls: DatabaseUrls, database: Database
) -> None:
    done = asyncio.Event()

    async def write_two(leadership: Leadership) -> None:
        async with leadership.transaction() as transaction:
            await transaction.execute(insert(NOTES).values(text="undone"))
            await transaction.execute(insert(NOTES).values(text="kept"))

    async def write(leadership: Leadership) -> None:
        async with leadership.transaction() as transaction:
            await transaction.execute(insert(NOTES).values(text="kept"))
            transaction.publish(Store(text="told"))
        with pytest.raises(IntegrityError):
            await write_two(leadership)
        done.set()
        await asyncio.Event().wait()

    lock = LeaderLock(urls.runtime, "test", write)
    await lock.start()
    await asyncio.wait_for(done.wait(), PATIENT)
    await lock.stop()

    async with database.transaction() as transaction:
        assert list((await transaction.execute(select(NOTES.c.text))).scalars()) == ["kept"]
        assert len((await transaction.execute(select(RELIABLE.outbox))).all()) == 1


async def test_failing_work_is_begun_again(urls: DatabaseUrls) -> None:
    runs = 0

    async def fail_at_first(_leadership: Leadership) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("once")
        await asyncio.Event().wait()

    lock = LeaderLock(urls.runtime, "test", fail_at_first)
    await lock.start()
    await until(lambda: runs == 2 and lock.is_leader)
    await lock.stop()
