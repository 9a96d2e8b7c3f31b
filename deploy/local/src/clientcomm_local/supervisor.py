"""Keeps the stack's processes running: started, watched, restarted within a second, ended."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from asyncio.subprocess import Process as Child
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil

from clientcomm_local import processes
from clientcomm_local.journal import Journal
from clientcomm_local.probing import is_ready
from clientcomm_local.providers import Server
from clientcomm_local.roles import Process
from clientcomm_local.state import write_atomically

_RESTART_AFTER = 0.2
_SHORT_LIFE = 1.0
_PATIENCE = 30.0
_LOG_SIZE = 50_000_000
_HOPELESS = 3  # times that a process may end before it was ready once


class StartFailedError(Exception):
    """A process of the stack did not become ready; says which, and what it said last."""


@dataclass(frozen=True, slots=True)
class Task:
    """One process to keep running, with what it is told and where its health is."""

    process: Process
    environment: Mapping[str, str]
    health_url: str
    log: Path


class Supervisor:
    """Runs tasks until told to stop; a process that ends is started again."""

    def __init__(self, journal: Journal, *, marks: Path) -> None:
        self._journal = journal
        self._marks = marks
        self._children: dict[str, Child] = {}
        self._ends: Counter[str] = Counter()
        self._watchers: list[asyncio.Task[None]] = []
        self._starting: set[asyncio.Future[None]] = set()

    async def run(self, task: Task, *, failpoints: str | None = None) -> None:
        """Start one process and keep it running; failpoints are for its first life only."""
        first = {"CLIENTCOMM_FAILPOINTS": failpoints} if failpoints else {}
        await self._spawn(task, first)
        self._watchers.append(asyncio.create_task(self._keep(task)))

    def keep_server(self, name: str, server: Server) -> None:
        """Start a server of ours again when it ends by itself."""
        self._watchers.append(asyncio.create_task(self._keep_server(name, server)))

    async def wait_until_ready(self, task: Task, *, seconds: float) -> None:
        """Return when the task's health says ready; raises StartFailedError after a while."""
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(is_ready, task.health_url):
            name = task.process.name
            if self._ends[name] >= _HOPELESS:
                raise StartFailedError(f"{name} does not start ({task.log}):\n{_end_of(task.log)}")
            if time.monotonic() > deadline:
                raise StartFailedError(f"{name} is not ready after {seconds:.0f} s ({task.log}).")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Ask all processes to end, wait, and kill those that do not."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, *self._starting, return_exceptions=True)
        await asyncio.gather(*(self._end(child) for child in self._children.values()))
        self._children.clear()
        self._marks.unlink(missing_ok=True)

    async def _spawn(self, task: Task, more: Mapping[str, str] = MappingProxyType({})) -> None:
        role = task.process.role
        _make_room(task.log)
        with task.log.open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                role.module,
                role.command,
                env={**task.environment, **more},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._children[task.process.name] = child
        self._remember()
        self._journal.note("process_started", process=task.process.name, pid=child.pid)

    async def _keep(self, task: Task) -> None:
        while True:
            born = time.monotonic()
            code = await self._children[task.process.name].wait()
            name = task.process.name
            self._ends[name] += 1
            self._journal.note("process_ended", process=name, exit_code=code)
            is_hasty = time.monotonic() - born < _SHORT_LIFE
            await asyncio.sleep(_SHORT_LIFE if is_hasty else _RESTART_AFTER)
            await self._spawn(task)

    async def _keep_server(self, name: str, server: Server) -> None:
        while True:
            await asyncio.sleep(0.5)
            if await asyncio.to_thread(server.is_running):
                continue
            self._journal.note("server_ended", server=name)
            # Shielded, so that an end of the stack waits for it instead of leaving it behind.
            start = asyncio.ensure_future(asyncio.to_thread(server.start))
            self._starting.add(start)
            start.add_done_callback(self._starting.discard)
            with contextlib.suppress(Exception):  # tried again in half a second, as long as needed
                await asyncio.shield(start)
                self._journal.note("server_started", server=name)

    async def _end(self, child: Child) -> None:
        if child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
            child.send_signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(_PATIENCE):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    def _remember(self) -> None:
        """Leave the process ids for a later run, should this one be killed."""
        alive = {name: child for name, child in self._children.items() if child.returncode is None}
        marks = []
        for child in alive.values():
            with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended just now
                marks.append(processes.Mark.of(child.pid))
        processes.write_marks(self._marks, marks)
        names = {name: child.pid for name, child in alive.items()}
        write_atomically(self._marks.with_name("pids.json"), json.dumps(names))


def _make_room(log: Path) -> None:
    """Keep one former log beside a new one, so that logs do not fill the disk."""
    if log.exists() and log.stat().st_size > _LOG_SIZE:
        log.replace(log.with_suffix(".log.1"))


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])
