from collections.abc import Callable

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import RecordClass
from clientcomm_sms.adapters.tables import directory, inbound, metadata, queue, reliable
from clientcomm_testkit.shapes import shape_of

pytestmark = pytest.mark.integration
MODULES = (directory, inbound, queue)
"""Imported for their tables."""


def engine_of(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)


def test_migrations_make_the_tables_that_the_code_knows(
    database_for: Callable[[str], DatabaseUrls], empty_database: DatabaseUrls
) -> None:
    migrated = shape_of(database_for("sms").owner)

    known = shape_of(empty_database.owner, to_make=metadata)

    assert migrated == known
    assert len([row for row in known if row[0] == "column"]) > 40


def test_the_running_service_cannot_change_tables(
    database_for: Callable[[str], DatabaseUrls],
) -> None:
    engine = engine_of(database_for("sms").runtime)
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("DROP TABLE attempt"))


def test_every_table_says_which_retention_rule_it_falls_under() -> None:
    shared = {reliable.outbox, reliable.inbox, reliable.idempotency, reliable.parked}
    own = set(metadata.tables.values()) - shared

    assert {table.info["record_class"] for table in own} <= set(RecordClass)
