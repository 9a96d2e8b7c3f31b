"""The tables as the code knows them are the tables as the migrations make them."""

from collections.abc import Callable

import psycopg
import pytest

from clientcomm_gateway.adapters.store.tables import audit_entry, metadata, reliable
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import RecordClass
from clientcomm_testkit.shapes import shape_of

pytestmark = pytest.mark.integration

_COLUMNS = """
    SELECT column_name, is_nullable = 'YES' FROM information_schema.columns
    WHERE table_schema = 'audit' AND table_name = 'entry' AND column_name <> 'position'
"""
"""The position is the database's alone."""


def test_migrations_make_the_tables_that_the_code_knows(
    database_for: Callable[[str], DatabaseUrls], empty_database: DatabaseUrls
) -> None:
    migrated = shape_of(database_for("gateway").owner)
    with psycopg.connect(empty_database.owner, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA audit")

    known = shape_of(empty_database.owner, to_make=metadata)

    assert migrated == known
    assert len([row for row in known if row[0] == "column"]) > 40


def test_the_audit_log_is_what_its_writer_knows(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        made = connection.execute(_COLUMNS).fetchall()

    assert dict(made) == {column.name: column.nullable for column in audit_entry.columns}


def test_every_table_says_which_retention_rule_it_falls_under() -> None:
    shared = {reliable.outbox, reliable.inbox, reliable.idempotency, reliable.parked}
    own = set(metadata.tables.values()) - shared

    assert {table.info["record_class"] for table in own} <= set(RecordClass)
