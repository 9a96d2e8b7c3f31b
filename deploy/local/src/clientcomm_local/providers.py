"""Where database and broker come from: the machine's programs, a package, or a container."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from clientcomm_local import binaries, containers
from clientcomm_local.account import account_for, reachable_home
from clientcomm_local.broker import PrivateBroker
from clientcomm_local.definitions import Definitions
from clientcomm_local.installation import CannotInstallError, apt_install, apt_may_install
from clientcomm_local.postgres import PrivatePostgres
from clientcomm_local.state import State

Say = Callable[[str], None]


class Server(Protocol):
    """A server of the stack's own."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def is_running(self) -> bool: ...
    @property
    def url(self) -> str: ...


class NoServerError(Exception):
    """There is no way to get a server here; says what to do."""


def find_or_install(
    find: Callable[[], Path | None], *, package: str, log: Path, say: Say
) -> Path | None:
    """The program, installed with the package manager when it is missing and that is allowed."""
    found = find()
    if found is None and apt_may_install():
        say(f"Installing {package} with apt-get (log: {log}) ...")
        apt_install([package], log=log)
        found = find()
    return found


def postgres(state: State, port: int, say: Say) -> Server:
    """A private PostgreSQL server, not yet started."""
    folder = _program(binaries.postgres_folder, package="postgresql", state=state, say=say)
    if folder is None:
        return containers.PostgresContainer(state.root, port=port)
    account = account_for("postgres")
    home = reachable_home(state.root / "postgres", account)
    return PrivatePostgres(home, port=port, binaries=folder, account=account)


def broker(state: State, port: int, definitions: Definitions, say: Say) -> Server:
    """A private RabbitMQ node that knows the given users and virtual hosts, not yet started."""
    script = _program(binaries.rabbitmq_script, package="rabbitmq-server", state=state, say=say)
    if script is None:
        return containers.BrokerContainer(state.root, port=port, definitions=definitions)
    account = account_for("rabbitmq")
    home = reachable_home(state.root / "rabbitmq", account)
    return PrivateBroker(home, port=port, script=script, account=account, definitions=definitions)


def _program(
    find: Callable[[], Path | None], *, package: str, state: State, say: Say
) -> Path | None:
    """The program, or None when a container is to take its place."""
    failure = ""
    try:
        if found := find_or_install(find, package=package, log=state.logs / "apt.log", say=say):
            return found
    except CannotInstallError as refusal:
        failure = f"\n{refusal}"
    if containers.engine_answers():
        return None
    variable = "CLIENTCOMM_DATABASE_URL" if package == "postgresql" else "CLIENTCOMM_AMQP_URL"
    raise NoServerError(
        f"There is no {package} on this machine and it cannot be installed from here. Do one of:\n"
        f"  - install it (Debian, as root: apt-get install {package}),\n"
        f"  - start a container engine (docker),\n"
        f"  - set {variable} to a server that is there already.{failure}"
    )
