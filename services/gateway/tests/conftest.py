"""Fixtures of the gateway's tests: one migrated database per module, emptied for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from services.gateway.tests.browsing import House, a_house
from services.gateway.tests.world import World, a_world

from clientcomm_chassis import SystemClock
from clientcomm_local.databases import DatabaseUrls
from clientcomm_testkit.databases import PostgresServer

_EMPTY = """
    TRUNCATE account, session, known_device, sign_in_attempt, api_token, transcript_export,
        mail, one_time_link,
        outbox, inbox, idempotency, parked, audit.entry
"""


@pytest.fixture(scope="module")
def migrated_database(postgres: PostgresServer) -> Iterator[DatabaseUrls]:
    made = postgres.migrated("gateway")
    yield made
    postgres.drop(made)


@pytest.fixture
def database_urls(migrated_database: DatabaseUrls) -> DatabaseUrls:
    with psycopg.connect(migrated_database.owner, autocommit=True) as connection:
        connection.execute(_EMPTY)
    return migrated_database


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes for the gateway, however long the machine takes."""
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _clock: now)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
async def house(world: World, database_urls: DatabaseUrls, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(database_urls.runtime, world, tmp_path) as made:
        yield made
