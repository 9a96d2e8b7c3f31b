"""Processes that outlive a crash of their starter: marked on disk, found again, ended by id."""

import contextlib
import json
import os
import signal
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Mark:
    """A process id with its time of creation, so that a reused id is not mistaken for it."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Mark":
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The living process that this mark was made of, or None."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.created) < 1
            alive = found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if same and alive else None


def write_marks(path: Path, marks: Iterable[Mark]) -> None:
    """Remember processes in a file, replacing what it said before."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(mark) for mark in marks]))
    fresh.replace(path)


def read_marks(path: Path) -> list[Mark]:
    """The processes that a file remembers; none if it is missing or was cut short."""
    try:
        return [Mark(**entry) for entry in json.loads(path.read_text())]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def end_leftovers(path: Path, *, ask: signal.Signals = signal.SIGTERM, patience: float = 15) -> int:
    """End the living processes that a file remembers; returns how many there were."""
    leftovers = [found for mark in read_marks(path) if (found := mark.process())]
    end(leftovers, ask=ask, patience=patience)
    path.unlink(missing_ok=True)
    return len(leftovers)


def end(
    processes: Iterable[psutil.Process],
    *,
    ask: signal.Signals = signal.SIGTERM,
    patience: float = 15,
) -> None:
    """Ask processes to end, and kill those that have not after `patience` seconds."""
    asked = list(processes)
    for process in asked:
        signal_one(process, ask)
        signal_one(process, signal.SIGCONT)
    _, stubborn = psutil.wait_procs(asked, timeout=patience)
    for process in stubborn:
        signal_one(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)


def family(pid: int) -> list[psutil.Process]:
    """A process and everything it started, itself first."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def signal_family(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and everything it started."""
    for process in family(pid):
        signal_one(process, number)


def signal_one(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone already."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def is_root() -> bool:
    return os.geteuid() == 0
