"""The tables as the code knows them are the tables as the migrations make them."""

import psycopg
import pytest

from clientcomm_gateway.adapters.store.tables import metadata
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration

_COLUMNS = """
    SELECT column_name, is_nullable = 'YES' FROM information_schema.columns
    WHERE table_schema = %s AND table_name = %s
"""
DATABASE_ONLY = {("audit.entry", "position")}


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_is_what_its_migration_makes(name: str, database_urls: DatabaseUrls) -> None:
    table = metadata.tables[name]
    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute(_COLUMNS, [table.schema or "public", table.name]).fetchall()

    made = {column: nullable for column, nullable in rows if (name, column) not in DATABASE_ONLY}
    assert made == {column.name: column.nullable for column in table.columns}


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_each_table_of_ours_says_how_long_its_rows_are_kept(name: str) -> None:
    table = metadata.tables[name]

    assert table.info.get("record_class") or name in {
        "outbox", "inbox", "idempotency", "parked",
    }  # fmt: skip
