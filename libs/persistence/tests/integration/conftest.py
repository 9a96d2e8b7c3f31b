from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine
from sqlalchemy.pool import NullPool

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, ReliableTables, reliable_tables
from clientcomm_persistence.urls import for_sqlalchemy

METADATA = MetaData()
RELIABLE: ReliableTables = reliable_tables(METADATA)
NOTES = Table("notes", METADATA, Column("text", Text, primary_key=True))


def make_tables(owner_url: str) -> None:
    engine = create_engine(for_sqlalchemy(owner_url), poolclass=NullPool)
    METADATA.create_all(engine)


@pytest.fixture
def urls(empty_database: DatabaseUrls) -> DatabaseUrls:
    """A database with the reliable tables and one table of notes."""
    make_tables(empty_database.owner)
    return empty_database


@pytest.fixture
async def database(urls: DatabaseUrls) -> AsyncIterator[Database]:
    database = Database(urls.runtime, application_name="test", pool_size=5, acquire_timeout=60)
    yield database
    await database.close()
