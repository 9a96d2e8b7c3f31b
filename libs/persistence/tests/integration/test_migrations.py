import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import migrate
from clientcomm_persistence.migrations import SeveralHeads

pytestmark = pytest.mark.integration

Scripts = Callable[..., Path]

_SCRIPT = """
from alembic import op
from clientcomm_persistence import create_reliable_tables

revision = {revision!r}
down_revision = {after!r}
branch_labels = None
depends_on = None


def upgrade():
    {body}
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    """Write migrations: `scripts(("1", None, "op.execute(…)"), …)`."""

    def write(*migrations: tuple[str, str | None, str]) -> Path:
        versions = tmp_path / "versions"
        versions.mkdir(exist_ok=True)
        for revision, after, body in migrations:
            script = _SCRIPT.format(revision=revision, after=after, body=body)
            (versions / f"v{revision}.py").write_text(script)
        return tmp_path

    return write


def _tables(url: str) -> set[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(query)}


def test_a_database_is_brought_to_the_newest_schema_and_again_changes_nothing(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    folder = scripts(("1", None, "create_reliable_tables()"))
    migrate(empty_database.owner, folder)
    assert {"outbox", "inbox", "idempotency", "parked"} <= _tables(empty_database.owner)

    scripts(("2", "1", "op.execute('CREATE TABLE second (a int)')"))
    migrate(empty_database.owner, folder)
    migrate(empty_database.owner, folder)

    assert "second" in _tables(empty_database.owner)


def test_the_runtime_role_may_use_what_the_owner_made(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    migrate(empty_database.owner, scripts(("1", None, "create_reliable_tables()")))

    with psycopg.connect(empty_database.runtime) as connection:
        connection.execute("DELETE FROM outbox")
        connection.execute("INSERT INTO inbox (consumer, event_id) VALUES ('a', gen_random_uuid())")


def test_two_heads_are_refused_before_anything_is_changed(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    folder = scripts(
        ("1", None, "create_reliable_tables()"),
        ("2", "1", "op.execute('SELECT 1')"),
        ("3", "1", "op.execute('SELECT 1')"),
    )

    with pytest.raises(SeveralHeads):
        migrate(empty_database.owner, folder)

    assert _tables(empty_database.owner) == set()


def test_a_lock_that_is_not_to_be_had_fails_the_migration_rather_than_the_traffic(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    folder = scripts(("1", None, "op.execute('CREATE TABLE busy (a int)')"))
    migrate(empty_database.owner, folder)
    scripts(("2", "1", "op.execute('ALTER TABLE busy ADD COLUMN b int')"))

    with psycopg.connect(empty_database.owner) as other:
        other.execute("LOCK TABLE busy IN ACCESS SHARE MODE")
        with pytest.raises(Exception, match="lock timeout"):
            migrate(empty_database.owner, folder, lock_timeout_ms=300)

    migrate(empty_database.owner, folder)


def test_a_failing_migration_leaves_the_ones_before_it(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    folder = scripts(
        ("1", None, "op.execute('CREATE TABLE first (a int)')"),
        ("2", "1", "op.execute('CREATE TABLE second (a int)'); op.execute('nonsense')"),
    )

    with pytest.raises(Exception, match="nonsense"):
        migrate(empty_database.owner, folder)

    assert _tables(empty_database.owner) == {"first", "alembic_version"}


def test_migrations_at_the_same_time_take_turns(
    empty_database: DatabaseUrls, scripts: Scripts
) -> None:
    folder = scripts(("1", None, "op.execute('CREATE TABLE once (a int); SELECT pg_sleep(0.3)')"))
    failures: list[Exception] = []

    def run() -> None:
        try:
            migrate(empty_database.owner, folder)
        except Exception as error:  # noqa: BLE001 - told to the test's thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert "once" in _tables(empty_database.owner)


def test_a_dotted_package_is_found(empty_database: DatabaseUrls) -> None:
    with pytest.raises(FileNotFoundError):
        migrate(empty_database.owner, "clientcomm_persistence.relay")
