from collections.abc import Callable

import pytest
from sqlalchemy import MetaData, create_engine, text

from clientcomm_export.adapters.tables import RecordClass, metadata
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import reliable_tables

pytestmark = pytest.mark.integration

_SHAPE = """
    select 'column', table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public'
    union all
    select 'index', tablename, indexname, indexdef, null, null
      from pg_indexes where schemaname = 'public'
    union all
    select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), null, null
      from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select 'options', relname, reloptions::text, null, null, null
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
"""


def _shape(url: str, *, make_tables: bool = False) -> set[tuple[str, ...]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    reliable = MetaData()
    reliable_tables(reliable)
    with engine.begin() as connection:
        if make_tables:
            metadata.create_all(connection)
        rows = connection.execute(text(_SHAPE)).all()
    engine.dispose()
    known = reliable.tables.keys() | {"alembic_version", "outbox_position_seq"}
    return {tuple(row) for row in rows if not any(name in str(row[1]) for name in known)}


def test_migrations_make_the_tables_that_the_code_knows(
    database_for: Callable[[str], DatabaseUrls], empty_database: DatabaseUrls
) -> None:
    migrated = _shape(database_for("export").owner)

    known = _shape(empty_database.owner, make_tables=True)

    assert migrated == known
    assert len([row for row in known if row[0] == "column"]) > 40


def test_every_table_says_which_retention_rule_it_falls_under() -> None:
    assert {table.info["record_class"] for table in metadata.tables.values()} <= set(RecordClass)
