"""A private RabbitMQ node from the machine's rabbitmq-server, with its own EPMD and cookie."""

import os
import secrets
import signal
from pathlib import Path

from clientcomm_local.account import ServerAccount
from clientcomm_local.console import BrokerConsole
from clientcomm_local.definitions import Definitions, User, VirtualHost
from clientcomm_local.ports import LOOPBACK, answers, free_port
from clientcomm_local.server import ServerProgram

ADMINISTRATOR = "clientcomm-admin"
NODE = "clientcomm@localhost"
_EPMD_PORT = "epmd.port"
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"


class PrivateBroker:
    """One broker on a port of the loopback interface, with everything it writes in one folder."""

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        script: Path,
        account: ServerAccount,
        definitions: Definitions | None = None,
        management_port: int | None = None,
    ) -> None:
        self._home = home
        self._port = port
        self._script = script
        self._account = account
        self._definitions = definitions or Definitions()
        self._management_port = management_port
        self.epmd_port = 0
        self.program = ServerProgram("rabbitmq", home=home, account=account, ask=signal.SIGTERM)
        self._epmd = ServerProgram("epmd", home=home, account=account, ask=signal.SIGTERM)

    @property
    def url(self) -> str:
        """The administrator's address, at the default virtual host."""
        return self.url_of(ADMINISTRATOR, self._password, "/")

    def url_of(self, user: str, password: str, virtual_host: str) -> str:
        host = "%2F" if virtual_host == "/" else virtual_host
        return f"amqp://{user}:{password}@{LOOPBACK}:{self._port}/{host}"

    def start(self) -> None:
        """Start the node's own name service, then the node, and wait until it speaks AMQP."""
        self._account.make_folder(self._home)
        self.program.end_leftover()
        self._epmd.end_leftover()
        self._write_files()
        self._start_epmd()
        self.program.launch(
            [str(self._script), "-noinput"], environment=self._environment(free_port())
        )
        self.program.wait_until_ready(
            probe=lambda: answers(self._port, greeting=AMQP_GREETING), seconds=120
        )

    def stop(self) -> None:
        self.program.stop(patience=30)
        self._epmd.stop()

    def is_running(self) -> bool:
        return self.program.is_running() and self._epmd.is_running()

    def kill(self) -> None:
        """End the node as a power cut would; its name service goes with it."""
        self.program.kill()
        self._epmd.kill()

    def console(self) -> BrokerConsole:
        """A way to evaluate Erlang expressions on the node, without a start of rabbitmqctl each."""
        return open_console(self._home, account=self._account)

    @property
    def _password(self) -> str:
        return (self._home / "password").read_text().strip()

    def _start_epmd(self) -> None:
        if self._epmd.is_running():
            return
        self.epmd_port = free_port()
        command = ["epmd", "-port", str(self.epmd_port), "-address", LOOPBACK]
        self._epmd.launch(command, environment={"HOME": str(self._home)})
        self._epmd.wait_until_ready(probe=lambda: answers(self.epmd_port), seconds=10)
        (self._home / _EPMD_PORT).write_text(str(self.epmd_port))

    def _write_files(self) -> None:
        for name, length in ((".erlang.cookie", 24), ("password", 24)):
            if not (self._home / name).exists():
                self._account.write(self._home / name, secrets.token_hex(length), mode=0o400)
        administrator = User(ADMINISTRATOR, self._password, is_administrator=True)
        everything = self._definitions.including(
            users=[administrator],
            virtual_hosts=[VirtualHost("/")],
            owner=ADMINISTRATOR,
        )
        definitions = self._home / "definitions.json"
        self._account.write(definitions, everything.as_json())
        self._account.write(
            self._home / "rabbitmq.conf",
            f"listeners.tcp.default = {LOOPBACK}:{self._port}\n"
            f"load_definitions = {definitions}\n"
            "loopback_users = none\n"
            "log.console = false\nlog.file.level = warning\n"
            "heartbeat = 10\n"
            "disk_free_limit.absolute = 100MB\n" + self._management_settings(),
        )
        plugins = "rabbitmq_management" if self._management_port else ""
        self._account.write(self._home / "enabled_plugins", f"[{plugins}].\n")
        self._account.write(self._home / "environment.conf", "")

    def _management_settings(self) -> str:
        if self._management_port is None:
            return ""
        return f"management.tcp.ip = {LOOPBACK}\nmanagement.tcp.port = {self._management_port}\n"

    def _environment(self, distribution_port: int) -> dict[str, str]:
        home = str(self._home)
        return {
            "HOME": home,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": f"{home}/environment.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{home}/data",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_PID_FILE": f"{home}/node.pid",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{home}/generated",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            # The script then becomes the node instead of staying in front of it: one process to
            # signal, and SIGTERM ends it cleanly.
            "RABBITMQ_ALLOW_INPUT": "1",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),  # noqa: S108 - as it is
        }


def open_console(home: Path, *, account: ServerAccount) -> BrokerConsole:
    """A console on the running node that keeps its things in a folder."""
    real = home.resolve()  # the account may not be able to follow the link to it
    port = int((real / _EPMD_PORT).read_text())
    return BrokerConsole(node=NODE, home=real, account=account, epmd_port=port)
