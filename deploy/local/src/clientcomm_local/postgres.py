"""A private PostgreSQL server from the machine's binaries."""

import secrets
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg

from clientcomm_local.account import ServerAccount
from clientcomm_local.ports import LOOPBACK, NotAnsweringError
from clientcomm_local.server import ServerProgram

ADMINISTRATOR = "clientcomm_admin"

COMMON = MappingProxyType(
    {
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": "300",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "jit": "off",
        # Outbox and send queue are short tables with much traffic: sweep them often.
        "autovacuum_naptime": "10s",
        # A statement or a DETAIL line would put texts and phone numbers into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
        "fsync": "on",
        "synchronous_commit": "on",
    }
)

# For tests: commits survive the death of the server, not that of the machine.
FAST = MappingProxyType(
    {
        "fsync": "off",
        "full_page_writes": "off",
        "shared_buffers": "128MB",
        "max_connections": "200",
        # A sign-in that a test's fault leaves half done holds up what concerns all sessions.
        "authentication_timeout": "10s",
    }
)


class PrivatePostgres:
    """One database server on a port of the loopback interface, with its data in one folder."""

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        binaries: Path,
        account: ServerAccount,
        options: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._home = home
        self._port = port
        self._binaries = binaries
        self._account = account
        self._options = {**COMMON, **options}
        # SIGINT is PostgreSQL's fast shutdown: sessions are ended, nothing is lost.
        self.program = ServerProgram("postgres", home=home, account=account, ask=signal.SIGINT)

    @property
    def url(self) -> str:
        """The administrator's address of the server."""
        password = (self._home / "password").read_text().strip()
        return f"postgresql://{ADMINISTRATOR}:{password}@{LOOPBACK}:{self._port}/postgres"

    def start(self) -> None:
        """Make the cluster at first, then run it until it answers."""
        self._account.make_folder(self._home)
        self.program.end_leftover()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        settings = [f"--{key}={value}" for key, value in self._options.items()]
        command = [f"{self._binaries}/postgres", "-D", str(self._data), "-p", str(self._port)]
        self.program.launch([*command, *settings], environment={})
        self.program.wait_until_ready(probe=self._answers, seconds=60)

    def stop(self) -> None:
        self.program.stop()

    def is_running(self) -> bool:
        return self.program.is_running()

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _make_cluster(self) -> None:
        """Under another name first, so that an interrupted start leaves nothing half made."""
        unfinished = self._account.make_folder(self._home / f"data.{secrets.token_hex(4)}")
        password = self._account.write(self._home / "password", secrets.token_urlsafe(24))
        self._run_initdb(unfinished, password)
        unfinished.rename(self._data)

    def _run_initdb(self, folder: Path, password: Path) -> None:
        command = [f"{self._binaries}/initdb", "-D", str(folder), f"--username={ADMINISTRATOR}"]
        command += [f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8"]
        if self._options["fsync"] == "off":
            command.append("--no-sync")
        finished = subprocess.run(
            command,
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
            user=self._account.uid,
            group=self._account.gid,
            extra_groups=None if self._account.uid is None else [],
        )
        if finished.returncode:
            raise NotAnsweringError(f"initdb failed:\n{finished.stderr}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
