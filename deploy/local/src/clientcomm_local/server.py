"""What private database and broker have in common: one program, started, marked, faulted, ended."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from clientcomm_local import processes
from clientcomm_local.account import ServerAccount
from clientcomm_local.ports import NotAnsweringError, wait_until


class ServerProgram:
    """A server program run as its own account, with a mark by which a later run finds it."""

    def __init__(
        self, name: str, *, home: Path, account: ServerAccount, ask: signal.Signals
    ) -> None:
        self.name = name
        self.home = home
        self._account = account
        self._ask = ask
        self._mark = home / f"{name}.pid.json"
        self._log = home / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process; raises NotAnsweringError when there is none."""
        if self._process is None or self._process.poll() is not None:
            raise NotAnsweringError(f"{self.name} is not running.")
        return self._process.pid

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def end_leftover(self) -> None:
        """End what an interrupted earlier run left behind."""
        processes.end_leftovers(self._mark, ask=self._ask)

    def launch(self, command: Sequence[str], *, environment: Mapping[str, str]) -> None:
        """Start the program in a session of its own, so that Ctrl-C does not reach it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.home,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._account.uid,
                group=self._account.gid,
                extra_groups=None if self._account.uid is None else [],
            )
        processes.write_marks(self._mark, [processes.Mark.of(self._process.pid)])

    def wait_until_ready(self, *, probe: Callable[[], bool], seconds: float) -> None:
        """Wait for the probe; on failure say what the program's log ends with."""
        try:
            wait_until(probe, seconds=seconds, still_running=self.is_running, what=self.name)
        except NotAnsweringError as failure:
            raise NotAnsweringError(f"{failure}\n{self.log_end()}") from failure

    def log_end(self, lines: int = 15) -> str:
        """The last lines of what the program printed."""
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def stop(self, *, patience: float = 20) -> None:
        """End the program cleanly, or by force when it does not listen."""
        if self._process is None:
            return
        if self._process.poll() is None:
            kin = processes.family(self._process.pid)
            processes.end(kin[:1], ask=self._ask, patience=patience)
            self._process.wait()
            psutil.wait_procs(kin[1:], timeout=5)
        self._process = None
        self._mark.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a power cut would: the program and all its children at once."""
        if self._process is None:
            return
        kin = processes.family(self._process.pid)
        for process in kin:
            processes.signal_one(process, signal.SIGKILL)
        self._process.wait()
        psutil.wait_procs(kin[1:], timeout=5)
        self._process = None
        self._mark.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Stop it and its children where they are; connections stay open and silent."""
        processes.signal_family(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        processes.signal_family(self.pid, signal.SIGCONT)
