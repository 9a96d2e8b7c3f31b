"""PostgreSQL and RabbitMQ for a test run: by settings, in containers, or of the machine."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clientcomm_local import binaries
from clientcomm_local.account import account_for
from clientcomm_local.broker import PrivateBroker
from clientcomm_local.installation import apt_install
from clientcomm_local.ports import free_port
from clientcomm_local.postgres import FAST, PrivatePostgres
from clientcomm_testkit import containers
from clientcomm_testkit.run_folder import Facts
from clientcomm_testkit.stacks import RunningStack, start_stack

DURABLE = "CLIENTCOMM_TEST_DURABLE"
"""Set to 1, PostgreSQL waits for the disk at each commit as in production; else it does not."""

BROKER_HOME = "CLIENTCOMM_TEST_BROKER_HOME"
"""The folder of the broker at CLIENTCOMM_AMQP_URL when it is one that the testkit started."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A running server: how to reach it, and how to end it."""

    facts: Facts
    end: Callable[[], None]


def kept_server(kind: str, folder: Path) -> Kept:
    """Start, or find, the server of a kind: `postgres`, `broker` or `stack`."""
    match kind:
        case "postgres":
            return _postgres(folder)
        case "broker":
            return _broker(folder)
        case "stack":
            return _stack(folder)
    raise ValueError(kind)


def abort_start(kind: str, folder: Path) -> None:
    """End a start that nobody waits for any more; the two servers start too fast to need it."""
    if kind == "stack":
        RunningStack(folder / "stack").remove()


def private_postgres(home: Path, *, durable: bool | None = None) -> PrivatePostgres:
    """A server of the machine's programs, not yet started; without waits for the disk."""
    is_durable = os.environ.get(DURABLE) == "1" if durable is None else durable
    folder = binaries.postgres_folder()
    if folder is None:
        apt_install(["postgresql"], log=home.parent / "install.log")
        folder = binaries.postgres_folder()
    if folder is None:
        raise FileNotFoundError("There is no PostgreSQL server on this machine.")
    return PrivatePostgres(
        home,
        port=free_port(),
        binaries=folder,
        account=account_for("postgres"),
        options={} if is_durable else FAST,
    )


def private_broker(home: Path, *, management_port: int | None = None) -> PrivateBroker:
    """A node of the machine, not yet started; with the management plug-in if that has a port."""
    script = binaries.rabbitmq_script()
    if script is None:
        apt_install(["rabbitmq-server"], log=home.parent / "install.log")
        script = binaries.rabbitmq_script()
    if script is None:
        raise FileNotFoundError("There is no RabbitMQ server on this machine.")
    return PrivateBroker(
        home,
        port=free_port(),
        script=script,
        account=account_for("rabbitmq"),
        management_port=management_port,
    )


def _postgres(folder: Path) -> Kept:
    if url := os.environ.get("CLIENTCOMM_DATABASE_URL"):
        return Kept({"url": url, "foreign": "yes"}, _nothing)
    if containers.engine_answers():
        return Kept(*containers.postgres())
    server = private_postgres(folder / "postgres")
    server.start()
    return Kept({"url": server.url}, server.program.kill)


def _broker(folder: Path) -> Kept:
    if url := os.environ.get("CLIENTCOMM_AMQP_URL"):
        home = os.environ.get(BROKER_HOME)
        return Kept({"url": url, **({"home": home} if home else {})}, _nothing)
    if containers.engine_answers():
        return Kept(*containers.broker())
    server = private_broker(folder / "broker")
    server.start()
    return Kept({"url": server.url, "home": str(folder / "broker")}, server.kill)


def _stack(folder: Path) -> Kept:
    stack = start_stack(folder / "stack")
    return Kept({"state_dir": str(stack.state_dir)}, stack.remove)


def _nothing() -> None:
    """A server that was there before stays."""
