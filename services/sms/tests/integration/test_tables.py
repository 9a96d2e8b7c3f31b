from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from clientcomm_local.databases import DatabaseUrls
from clientcomm_sms.adapters.tables import directory, inbound, metadata, queue, reliable

pytestmark = pytest.mark.integration
MODULES = (directory, inbound, queue)
"""Imported for their tables."""


def engine_of(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)


def test_the_migrations_make_what_the_code_expects(
    database_for: Callable[[str], DatabaseUrls],
) -> None:
    engine = engine_of(database_for("sms").owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _parents: _is_ours(name, kind)}
        )
        differences = compare_metadata(context, metadata)

    assert [d for d in differences if not _is_about_reliable_tables(d)] == []


def _is_ours(name: str | None, kind: str) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _is_about_reliable_tables(difference: object) -> bool:
    names = {reliable.outbox.name, reliable.inbox.name, reliable.parked.name}
    return any(name in repr(difference) for name in {*names, reliable.idempotency.name})


def test_the_running_service_cannot_change_tables(
    database_for: Callable[[str], DatabaseUrls],
) -> None:
    engine = engine_of(database_for("sms").runtime)
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("DROP TABLE attempt"))


def test_every_table_says_its_record_class() -> None:
    reliable_names = {t.name for t in (reliable.outbox, reliable.inbox, reliable.parked)}
    for table in metadata.sorted_tables:
        if table.name not in {*reliable_names, reliable.idempotency.name}:
            assert table.info.get("record_class"), table.name
