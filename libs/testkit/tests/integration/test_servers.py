import psycopg
import pytest

from clientcomm_local.databases import DatabaseUrls
from clientcomm_testkit.brokers import BrokerServer, VirtualHost
from clientcomm_testkit.databases import PostgresServer

pytestmark = pytest.mark.integration


def test_runtime_role_uses_rows_of_tables_that_the_owner_makes_later(
    empty_database: DatabaseUrls,
) -> None:
    with psycopg.connect(empty_database.owner) as owner:
        owner.execute("CREATE TABLE note (id bigserial PRIMARY KEY, body text)")

    with psycopg.connect(empty_database.runtime) as runtime:
        runtime.execute("INSERT INTO note (body) VALUES ('x')")
        runtime.execute("UPDATE note SET body = 'y'")
        rows = runtime.execute("DELETE FROM note RETURNING body").fetchall()

    assert rows == [("y",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (id int)",
        "ALTER TABLE note ADD COLUMN extra int",
        "DROP TABLE note",
        "TRUNCATE note",
        "CREATE SCHEMA elsewhere",
    ],
)
def test_runtime_role_changes_no_table(empty_database: DatabaseUrls, statement: str) -> None:
    with psycopg.connect(empty_database.owner) as owner:
        owner.execute("CREATE TABLE note (id int)")

    with (
        psycopg.connect(empty_database.runtime) as runtime,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        runtime.execute(statement)


def test_a_database_of_a_finished_test_is_dropped_with_its_sessions(
    postgres: PostgresServer,
) -> None:
    database = postgres.empty()
    with psycopg.connect(database.runtime, autocommit=True) as forgotten:
        postgres.drop(database)

        assert postgres.wait_for_drops()

        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(database.owner)


def test_extensions_of_the_search_are_there(empty_database: DatabaseUrls) -> None:
    with psycopg.connect(empty_database.runtime) as runtime:
        row = runtime.execute("SELECT similarity('anna', 'ana') > 0.3, unaccent('é')").fetchone()

    assert row == (True, "e")


def test_a_virtual_host_is_fresh_and_reached_by_every_service(
    broker_server: BrokerServer, amqp_vhost: VirtualHost
) -> None:
    other = broker_server.new_virtual_host()

    assert other.name != amqp_vhost.name
    assert other.queue_depths() == {}
    assert amqp_vhost.url_of("sms").endswith(f"/{amqp_vhost.name}")
    broker_server.remove(other)
