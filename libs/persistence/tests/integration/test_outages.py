"""The database away, killed, or lost at the worst moment."""

import asyncio
import time
from collections.abc import AsyncIterator

import psycopg
import pytest
from libs.persistence.tests.contracts import kept
from libs.persistence.tests.integration.conftest import NOTES, make_tables
from psycopg.sql import SQL
from sqlalchemy import insert, select, text

from clientcomm_contracts.faults import Unavailable
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.postgres import PrivatePostgres
from clientcomm_persistence import Database, OutcomeUnknown, Transaction
from clientcomm_testkit.stopwatch import Stopwatch

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
async def own(private_postgres: PrivatePostgres) -> AsyncIterator[Database]:
    """A database on a server that the test may kill."""
    make_tables(private_postgres.url)
    database = Database(private_postgres.url, application_name="test", acquire_timeout=1)
    yield database
    await database.close()


async def _add(transaction: Transaction) -> None:
    await transaction.execute(insert(NOTES).values(text=str(time.monotonic_ns())))


async def test_nothing_listening_is_unavailable_at_once() -> None:
    database = Database("postgresql://a:b@127.0.0.1:1/x", application_name="test")
    watch = Stopwatch()

    with pytest.raises(Unavailable):
        await database.run(_add)

    assert watch.seconds < 1
    assert not await database.is_ready()


async def test_a_killed_server_is_unavailable_and_then_is_there_again(
    own: Database, private_postgres: PrivatePostgres
) -> None:
    await own.run(_add)

    private_postgres.program.kill()
    with pytest.raises(Unavailable):
        await own.run(_add)
    assert not await own.is_ready()

    await asyncio.to_thread(private_postgres.start)
    await own.run(_add)
    assert await own.is_ready()


async def test_connections_that_died_in_the_pool_are_not_the_callers_trouble(
    own: Database, private_postgres: PrivatePostgres
) -> None:
    await asyncio.gather(*(own.run(_add) for _ in range(5)))
    await asyncio.to_thread(private_postgres.stop)
    await asyncio.to_thread(private_postgres.start)

    await own.run(_add)


async def test_a_frozen_server_is_unavailable_for_new_connections(
    own: Database, private_postgres: PrivatePostgres
) -> None:
    private_postgres.program.freeze()
    try:
        watch = Stopwatch()
        with pytest.raises(Unavailable):
            await own.run(_add)
        assert watch.seconds < 4
    finally:
        private_postgres.program.thaw()


async def test_commits_that_wake_the_relay_do_not_wait_for_each_other(
    own: Database, private_postgres: PrivatePostgres
) -> None:
    """A NOTIFY in the transaction would make the second wait for a lock of the first."""
    await own.run(_add)
    with psycopg.connect(private_postgres.url, autocommit=True) as administrator:
        _wait_for_a_standby(administrator, "nobody")  # commits then hang after their flush
        commits = [asyncio.create_task(own.run(_tell)) for _ in range(2)]
        async with asyncio.timeout(60):
            while _commits_wait_for(administrator) != ["SyncRep", "SyncRep"]:  # noqa: ASYNC110 - a server has no event
                await asyncio.sleep(0.05)
        _wait_for_a_standby(administrator, "")
    await asyncio.gather(*commits)


def _wait_for_a_standby(administrator: psycopg.Connection, name: str) -> None:
    """Until the process knows that tells all others: the checkpointer, once the server told it."""
    administrator.execute("SET synchronous_commit = local")
    administrator.execute(SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(name))
    administrator.execute("SELECT pg_reload_conf()")
    while _standby_for_new_sessions(administrator) != name:
        time.sleep(0.02)
    administrator.execute("CHECKPOINT")


def _standby_for_new_sessions(administrator: psycopg.Connection) -> str:
    with psycopg.connect(administrator.info.dsn, password=administrator.info.password) as fresh:
        row = fresh.execute("SHOW synchronous_standby_names").fetchone()
    assert row is not None
    return str(row[0])


def _commits_wait_for(administrator: psycopg.Connection) -> list[str]:
    rows = administrator.execute("""
        SELECT wait_event FROM pg_stat_activity
        WHERE application_name = 'test' AND query = 'COMMIT' AND state = 'active'
    """)
    return [str(row[0]) for row in rows]


async def _tell(transaction: Transaction) -> None:
    transaction.publish(kept("a"))


async def test_an_exhausted_pool_is_unavailable(urls: DatabaseUrls) -> None:
    database = Database(urls.runtime, application_name="test", pool_size=1, acquire_timeout=0.2)

    async with database.transaction():
        with pytest.raises(Unavailable):
            await database.run(_add)

    await database.close()


async def test_a_connection_lost_during_the_commit_leaves_the_outcome_unknown(
    urls: DatabaseUrls,
) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("""
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$
        """)
        owner.execute("""
            CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()
        """)
    database = Database(urls.runtime, application_name="committing", statement_timeout_ms=60_000)
    pids: list[int] = []

    async def add_and_tell(transaction: Transaction) -> None:
        pids.append((await transaction.execute(text("SELECT pg_backend_pid()"))).scalar_one())
        await _add(transaction)

    committing = asyncio.create_task(database.run(add_and_tell))
    async with await psycopg.AsyncConnection.connect(urls.runtime, autocommit=True) as other:
        async with asyncio.timeout(60):
            while not await _end_who_dawdles(other):  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)

    with pytest.raises(OutcomeUnknown):
        await committing
    assert len(pids) == 1, "a transaction whose outcome is unknown is not run again"
    await database.close()


async def _end_who_dawdles(other: psycopg.AsyncConnection) -> bool:
    """Whether somebody was in the middle of a commit."""
    ended = await other.execute("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'committing' AND query = 'COMMIT' AND wait_event = 'PgSleep'
    """)
    return await ended.fetchone() is not None


async def test_a_statement_that_takes_too_long_is_a_fault_of_the_work_and_not_of_the_server(
    urls: DatabaseUrls, database: Database
) -> None:
    impatient = Database(urls.runtime, application_name="test", statement_timeout_ms=500)

    async def dawdle(transaction: Transaction) -> None:
        await transaction.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Exception, match="statement timeout") as caught:
        await impatient.run(dawdle)

    assert not isinstance(caught.value, Unavailable)
    async with database.transaction() as transaction:
        assert (await transaction.execute(select(NOTES))).all() == []
    await impatient.close()
