"""Brings a service's database to its newest schema; a service needs only its `versions` folder."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import structlog
from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from clientcomm_persistence.tables import reliable_tables
from clientcomm_persistence.urls import for_sqlalchemy, session_options

log = structlog.get_logger()


class SeveralHeads(Exception):
    """Two migrations follow the same one; somebody must put them in a row."""


def migrate(
    owner_url: str,
    script_location: str | Path,
    *,
    lock_timeout_ms: int = 4_000,
    statement_timeout_ms: int = 600_000,
) -> None:
    """Upgrade to the single head; `script_location` is a folder or a dotted package.

    A migration that cannot get its lock within 4 s fails rather than stops the service's traffic.
    Two that run at the same time take turns.
    """
    config = _config(script_location)
    script = ScriptDirectory.from_config(config)
    head = _single_head(script)
    engine = create_engine(
        for_sqlalchemy(owner_url),
        poolclass=NullPool,
        connect_args={
            "application_name": "migrate",
            "options": session_options(
                lock_timeout=lock_timeout_ms, statement_timeout=statement_timeout_ms
            ),
        },
    )
    with engine.connect() as connection:
        _take_turn(connection)
        _upgrade(config, script, connection)
    log.info("migrated", head=head)


def create_reliable_tables() -> None:
    """For a service's first migration: outbox, inbox, idempotency, parked."""
    metadata = MetaData()
    reliable_tables(metadata)
    metadata.create_all(op.get_bind())


def _config(script_location: str | Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder(script_location)))
    config.set_main_option("path_separator", "os")
    return config


def _folder(script_location: str | Path) -> Path:
    if isinstance(script_location, Path):
        return script_location
    spec = find_spec(script_location)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(script_location)
    return Path(next(iter(spec.submodule_search_locations)))


def _single_head(script: ScriptDirectory) -> str:
    heads: Sequence[str] = script.get_heads()
    if len(heads) != 1:
        raise SeveralHeads(", ".join(heads) or "no migration at all")
    return heads[0]


def _take_turn(connection: Connection) -> None:
    """One migration at a time; the lock goes with the session."""
    connection.execute(text("SET lock_timeout = '60s'"))
    connection.execute(text("SELECT pg_advisory_lock(hashtextextended('migrate', 0))"))
    connection.execute(text("RESET lock_timeout"))
    connection.commit()


def _upgrade(config: Config, script: ScriptDirectory, connection: Connection) -> None:
    head = _single_head(script)

    def steps(revision: str, _context: MigrationContext) -> object:
        return script._upgrade_revs(head, revision)  # noqa: SLF001 - alembic's own command does this

    with EnvironmentContext(config, script, fn=steps, destination_rev=head) as environment:
        environment.configure(connection=connection, transaction_per_migration=True)
        with environment.begin_transaction():
            environment.run_migrations()
    connection.commit()
