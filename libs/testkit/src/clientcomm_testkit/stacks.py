"""The whole stack of deploy/local for tests: on free ports, in its own folder, open to faults."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import psutil

from clientcomm_local.access import owner_role
from clientcomm_local.account import account_for
from clientcomm_local.broker import open_console
from clientcomm_local.ports import LOOPBACK, free_port
from clientcomm_local.preparation import VIRTUAL_HOST
from clientcomm_local.processes import signal_one

_COMMAND = (sys.executable, "-m", "clientcomm_local")


class StackFailedError(Exception):
    """The stack did not start; says what it printed."""


class RunningStack:
    """A stack that runs in a state directory: its addresses, its processes, its clock."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir

    @cached_property
    def demo(self) -> dict[str, Any]:
        """What demo.json says: addresses, departments, accounts."""
        return cast("dict[str, Any]", json.loads((self.state_dir / "demo.json").read_text()))

    @property
    def gateway_url(self) -> str:
        return str(self.demo["gateway_url"])

    @property
    def sms_url(self) -> str:
        return str(self.demo["sms_url"])

    @property
    def simulator_url(self) -> str:
        return str(self.demo["simulator_url"])

    @property
    def mailbox_url(self) -> str:
        return str(self.demo["mailbox_url"])

    def processes(self) -> dict[str, int]:
        """The id of each process by its name, such as `sms-sender-1`, and of the two servers."""
        pids: dict[str, int] = json.loads((self.state_dir / "run" / "pids.json").read_text())
        for server in ("postgres", "rabbitmq"):
            mark = self.state_dir / server / f"{server}.pid.json"
            if mark.exists():
                pids[server] = json.loads(mark.read_text())[0]["pid"]
        return pids

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process or server, and for a server to its children.

        Raises psutil.NoSuchProcess if it has just died; its successor is known a moment later.
        """
        process = psutil.Process(self.processes()[name])
        kin = process.children(recursive=True) if name in ("postgres", "rabbitmq") else []
        process.send_signal(number)
        for child in kin:
            signal_one(child, number)

    def owner_url(self, service: str) -> str:
        """The database of a service as its owner, to look into in a test."""
        secrets = json.loads((self.state_dir / "secrets.json").read_text())
        ports = json.loads((self.state_dir / "ports.json").read_text())
        role, password = owner_role(service, "clientcomm"), secrets[f"owner_{service}"]
        return f"postgresql://{role}:{password}@{LOOPBACK}:{ports['postgres']}/clientcomm_{service}"

    def queue_depths(self) -> dict[str, int]:
        """Messages in each queue, waiting and unacknowledged together."""
        with open_console(self.state_dir / "rabbitmq", account=account_for("rabbitmq")) as console:
            return console.queue_depths(VIRTUAL_HOST)

    def set_clock_offset(self, seconds: float) -> None:
        """Let all processes believe that it is so much later (architecture 7)."""
        fresh = self.state_dir / "clock.new"
        fresh.write_text(json.dumps({"offset_seconds": seconds}))
        fresh.replace(clock_file(self.state_dir))

    def logs(self) -> dict[str, str]:
        """What each process and each server has logged."""
        patterns = ("logs/*.log", "postgres/*.log", "rabbitmq/*.log", "rabbitmq/log/*.log")
        paths = (path for pattern in patterns for path in self.state_dir.glob(pattern))
        return {path.stem: path.read_text(errors="replace") for path in paths}

    def stop(self) -> None:
        """End it; what it kept stays."""
        _run_local("down", self.state_dir)

    def remove(self) -> None:
        """End it and remove what it kept."""
        _run_local("clean", self.state_dir)


def start_stack(
    state_dir: Path, *, environment: Mapping[str, str] = MappingProxyType({})
) -> RunningStack:
    """Start a stack with demo data on free ports; raises StackFailedError with its output."""
    state_dir.mkdir(parents=True, exist_ok=True)
    clock_file(state_dir).write_text(json.dumps({"offset_seconds": 0}))
    ports = {
        f"CLIENTCOMM_{name}_PORT": str(free_port()) for name in ("GATEWAY", "SMS", "SIMULATOR")
    }
    more = {
        "DETACH": "1",
        "CLIENTCOMM_DEMO": "1",
        "CLIENTCOMM_CLOCK_FILE": str(clock_file(state_dir)),
        **ports,
        **environment,
    }
    finished = _run_local("up", state_dir, more)
    if finished.returncode:
        ends = {path.stem: path.read_text()[-1500:] for path in (state_dir / "logs").glob("*.log")}
        raise StackFailedError(f"{finished.stdout}\n{finished.stderr}\n{ends}")
    return RunningStack(state_dir)


def clock_file(state_dir: Path) -> Path:
    """Where the processes of a test stack read how much later it is."""
    return state_dir / "clock.json"


def _run_local(
    command: str, state_dir: Path, more: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CLIENTCOMM_DATABASE_URL", "CLIENTCOMM_AMQP_URL")
    }
    return subprocess.run(
        [*_COMMAND, command],
        env={**kept, "CLIENTCOMM_STATE_DIR": str(state_dir), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
