"""Processes that tests kill and freeze."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[3]
PROGRAM = "libs.persistence.tests.programs.relaying"


class Process:
    def __init__(self, *arguments: str, failpoints: str = "") -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, *arguments],
            cwd=ROOT,
            env={**os.environ, "CLIENTCOMM_FAILPOINTS": failpoints},
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self._popen.stdout is not None
        assert any(line == "ready\n" for line in self._popen.stdout)

    def freeze(self) -> None:
        self._popen.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._popen.send_signal(signal.SIGCONT)

    def is_running(self) -> bool:
        return self._popen.poll() is None

    def is_frozen(self) -> bool:
        return psutil.Process(self._popen.pid).status() == psutil.STATUS_STOPPED

    def end(self) -> None:
        self._popen.kill()
        self._popen.wait()
        assert self._popen.stdout is not None
        self._popen.stdout.close()


@contextmanager
def process(*arguments: str, failpoints: str = "") -> Iterator[Process]:
    started = Process(*arguments, failpoints=failpoints)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.end()
