"""Fixtures for databases and virtual hosts, and the life of the servers behind them."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clientcomm_local import binaries
from clientcomm_local.broker import PrivateBroker
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.postgres import PrivatePostgres
from clientcomm_testkit import keeper, servers
from clientcomm_testkit.brokers import BrokerServer, VirtualHost
from clientcomm_testkit.databases import PostgresServer
from clientcomm_testkit.log_privacy import people_of, traces
from clientcomm_testkit.run_folder import RunFolder
from clientcomm_testkit.stacks import RunningStack

_NEEDED_BY = {"postgres": "postgres", "broker_server": "broker", "stack": "stack"}
_RUN = pytest.StashKey[RunFolder]()
_TRACES = pytest.StashKey[list[str]]()
_SHOWN = 30


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes the folder that its workers share."""
    if not hasattr(config, "workerinput"):
        config.stash[_RUN] = RunFolder.create()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let servers start while the first tests that do not need them run."""
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for fixture, kind in _NEEDED_BY.items():
        if fixture in wanted:
            keeper.request_server(RunFolder.current(), kind)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look for people in everything that the stack of this run has logged."""
    run = session.config.stash.get(_RUN, None)
    facts = run.read("stack") if run else None
    if facts is None or "error" in facts:
        return
    stack = RunningStack(Path(facts["state_dir"]))
    found = traces(stack.logs(), people_of(stack))
    session.config.stash[_TRACES] = found
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was found, where it is seen."""
    found = config.stash.get(_TRACES, [])
    if found:
        terminalreporter.section(f"FAILED: {len(found)} lines of logs name people", red=True)
        for line in found[:_SHOWN]:
            terminalreporter.line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers with the run that they were started for."""
    run = config.stash.get(_RUN, None)
    if run is None:
        return
    facts = run.read("postgres")
    if facts and "foreign" in facts:
        PostgresServer(facts["url"], run).drop_templates()
    keeper.dismiss_servers(run)
    run.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run."""
    run = RunFolder.current()
    facts = keeper.await_server(run, "postgres")
    server = PostgresServer(facts["url"], run)
    yield server
    if "foreign" in facts:  # one of our own goes with all its data
        server.wait_for_drops()


@pytest.fixture
def empty_database(postgres: PostgresServer) -> Iterator[DatabaseUrls]:
    """A fresh database without tables."""
    database = postgres.empty()
    yield database
    postgres.drop(database)


@pytest.fixture
def database_for(postgres: PostgresServer) -> Iterator[Callable[[str], DatabaseUrls]]:
    """Fresh copies of services' migrated databases: `database_for("sms")`."""
    made: list[DatabaseUrls] = []

    def make(service: str) -> DatabaseUrls:
        made.append(postgres.migrated(service))
        return made[-1]

    yield make
    for database in made:
        postgres.drop(database)


@pytest.fixture(scope="session")
def broker_server() -> Iterator[BrokerServer]:
    """The RabbitMQ server of this run."""
    server = BrokerServer.reached_by(keeper.await_server(RunFolder.current(), "broker"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def amqp_vhost(broker_server: BrokerServer) -> Iterator[VirtualHost]:
    """A fresh and empty virtual host of this module."""
    host = broker_server.new_virtual_host()
    yield host
    broker_server.remove(host)


@pytest.fixture(scope="module")
def declared_amqp_vhost(broker_server: BrokerServer) -> Iterator[VirtualHost]:
    """A virtual host of this module with the whole topology declared."""
    with _declared(broker_server) as host:
        yield host


@pytest.fixture
def own_declared_amqp_vhost(broker_server: BrokerServer) -> Iterator[VirtualHost]:
    """The same for one test, where processes may leave messages behind."""
    with _declared(broker_server) as host:
        yield host


@pytest.fixture(scope="module")
def private_postgres() -> Iterator[PrivatePostgres]:
    """A PostgreSQL server of this module's own, to be killed, frozen and started again."""
    server = servers.private_postgres(_own_home("postgres"))
    server.start()
    yield server
    server.program.kill()


@pytest.fixture(scope="module")
def private_broker() -> Iterator[PrivateBroker]:
    """A RabbitMQ server of this module's own, to be killed, frozen and started again."""
    server = servers.private_broker(_own_home("broker"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def stack() -> RunningStack:
    """The whole stack with demo data, one for all tests of this run."""
    facts = keeper.await_server(RunFolder.current(), "stack")
    return RunningStack(Path(facts["state_dir"]))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The machine's browser for tests in a browser."""
    found = binaries.chromium()
    if found is None:
        pytest.fail("Chromium is missing; `make browser` installs it where that is allowed.")
    return found


@contextlib.contextmanager
def _declared(server: BrokerServer) -> Iterator[VirtualHost]:
    from clientcomm_bus import declare_topology

    host = server.new_virtual_host()
    asyncio.run(declare_topology(host.admin_url))
    yield host
    server.remove(host)


def _own_home(kind: str) -> Path:
    return RunFolder.current().path / f"{kind}-{secrets.token_hex(4)}"
