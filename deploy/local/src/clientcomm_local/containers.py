"""Database and broker as containers, where there is an engine and the programs are missing."""

import functools
import hashlib
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from clientcomm_local.account import ServerAccount
from clientcomm_local.broker import ADMINISTRATOR as BROKER_ADMINISTRATOR
from clientcomm_local.broker import AMQP_GREETING
from clientcomm_local.definitions import Definitions, User, VirtualHost
from clientcomm_local.ports import LOOPBACK, NotAnsweringError, answers, wait_until
from clientcomm_local.postgres import ADMINISTRATOR, COMMON

POSTGRES_IMAGE = "postgres:17"
BROKER_IMAGE = "rabbitmq:4"
_BROKER_SETTINGS = "/etc/rabbitmq/conf.d/90-clientcomm.conf"


@functools.cache
def engine_answers() -> bool:
    """Whether there is a container engine that answers."""
    return bool(shutil.which("docker")) and _docker("info").returncode == 0


class _Container:
    """One container of this state directory, by a name that is found again after a crash."""

    def __init__(self, root: Path, kind: str) -> None:
        digest = hashlib.sha256(str(root).encode()).hexdigest()[:10]
        self.name = f"clientcomm-{digest}-{kind}"

    def run(self, options: Sequence[str], image: str, *command: str) -> None:
        _docker("rm", "--force", self.name)
        started = _docker("run", "--detach", "--name", self.name, *options, image, *command)
        if started.returncode:
            raise NotAnsweringError(f"{image} did not start:\n{started.stderr}")

    def is_running(self) -> bool:
        seen = _docker("inspect", "--format", "{{.State.Running}}", self.name)
        return seen.stdout.strip() == "true"

    def remove(self) -> None:
        _docker("stop", "--time", "20", self.name)
        _docker("rm", "--force", self.name)


class PostgresContainer:
    """PostgreSQL in a container, its data in a volume named after the state directory."""

    def __init__(self, root: Path, *, port: int) -> None:
        self._container = _Container(root, "postgres")
        self._port = port
        self._password = _password(root / "postgres.password")

    @property
    def url(self) -> str:
        """The administrator's address."""
        return f"postgresql://{ADMINISTRATOR}:{self._password}@{LOOPBACK}:{self._port}/postgres"

    def start(self) -> None:
        """Run the container until the server in it answers."""
        private = {"listen_addresses", "unix_socket_directories"}
        settings = [f"--{key}={value}" for key, value in COMMON.items() if key not in private]
        self._container.run(
            [
                f"--publish={LOOPBACK}:{self._port}:5432",
                f"--volume={self._container.name}:/var/lib/postgresql/data",
                f"--env=POSTGRES_USER={ADMINISTRATOR}",
                f"--env=POSTGRES_PASSWORD={self._password}",
                "--env=POSTGRES_DB=postgres",
            ],
            POSTGRES_IMAGE,
            "postgres",
            *settings,
        )
        wait_until(self._answers, seconds=120, still_running=self.is_running, what="PostgreSQL")

    def stop(self) -> None:
        self._container.remove()

    def is_running(self) -> bool:
        return self._container.is_running()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class BrokerContainer:
    """RabbitMQ in a container, its data in a volume named after the state directory."""

    def __init__(self, root: Path, *, port: int, definitions: Definitions) -> None:
        self._container = _Container(root, "rabbitmq")
        self._port = port
        self._password = _password(root / "rabbitmq.password")
        self._folder = root / "rabbitmq-container"
        self._definitions = definitions

    @property
    def url(self) -> str:
        """The administrator's address, at the default virtual host."""
        return f"amqp://{BROKER_ADMINISTRATOR}:{self._password}@{LOOPBACK}:{self._port}/%2F"

    def start(self) -> None:
        """Run the container, with the services' users in it, until it speaks AMQP."""
        administrator = User(BROKER_ADMINISTRATOR, self._password, is_administrator=True)
        everything = self._definitions.including(
            users=[administrator], virtual_hosts=[VirtualHost("/")], owner=BROKER_ADMINISTRATOR
        )
        account = ServerAccount(None, None)
        account.make_folder(self._folder)
        # Read by the container's own user, whoever that is on this machine.
        account.write(self._folder / "definitions.json", everything.as_json(), mode=0o644)
        settings = "load_definitions = /etc/clientcomm/definitions.json\nloopback_users = none\n"
        account.write(self._folder / "clientcomm.conf", settings, mode=0o644)
        self._container.run(
            [
                f"--publish={LOOPBACK}:{self._port}:5672",
                f"--hostname={self._container.name}",
                f"--volume={self._container.name}:/var/lib/rabbitmq",
                f"--volume={self._folder}/definitions.json:/etc/clientcomm/definitions.json:ro",
                f"--volume={self._folder}/clientcomm.conf:{_BROKER_SETTINGS}:ro",
            ],
            BROKER_IMAGE,
        )
        wait_until(
            lambda: answers(self._port, greeting=AMQP_GREETING),
            seconds=180,
            still_running=self.is_running,
            what="RabbitMQ",
        )

    def stop(self) -> None:
        self._container.remove()

    def is_running(self) -> bool:
        return self._container.is_running()


def remove_volumes(root: Path) -> None:
    """Remove what the containers of a state directory kept."""
    for kind in ("postgres", "rabbitmq"):
        name = _Container(root, kind).name
        _docker("rm", "--force", name)
        _docker("volume", "rm", "--force", name)


def _password(path: Path) -> str:
    if not path.exists():
        ServerAccount(None, None).write(path, secrets.token_hex(20))
    return path.read_text().strip()


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
