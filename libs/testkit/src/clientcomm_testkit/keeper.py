"""A process that keeps one server for a test run, and ends it when the run has ended in any way."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from clientcomm_testkit.run_folder import Facts, RunFolder
from clientcomm_testkit.servers import Kept, abort_start, kept_server

_POLL = 0.5
_DISMISSED = "dismissed"
_spawned: list[int] = []


class ServerFailedError(Exception):
    """A server of the test run could not be started; says why."""


def request_server(run: RunFolder, kind: str) -> None:
    """Let a server be started in the background unless it was already asked for."""

    def spawn() -> Facts:
        pid = _launch(kind, run)
        _spawned.append(pid)
        return {"pid": str(pid)}

    run.once(f"{kind}.keeper", spawn)


def _launch(kind: str, run: RunFolder) -> int:
    """A process that outlives this one; subprocess would complain of that when a worker ends."""
    command = [sys.executable, "-m", "clientcomm_testkit.keeper", kind, str(run.path)]
    log = str(run.path / f"{kind}.keeper.log")
    to_log = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    no_input = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    actions = [no_input, to_log, (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)


def await_server(run: RunFolder, kind: str, *, seconds: float = 220) -> Facts:
    """How to reach a server, started now if nobody asked for it before."""
    request_server(run, kind)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if facts := run.read(kind):
            if "error" in facts:
                raise ServerFailedError(facts["error"])
            return facts
        time.sleep(0.05)
    raise ServerFailedError(f"{kind} was not ready within {seconds:.0f} s.")


def dismiss_servers(run: RunFolder, *, seconds: float = 90) -> None:
    """End every server of a run and wait until it is gone."""
    (run.path / _DISMISSED).touch()
    deadline = time.monotonic() + seconds
    while any(run.path.glob("*.keeping")) and time.monotonic() < deadline:
        time.sleep(0.05)
    while not all(map(_has_ended, _spawned)) and time.monotonic() < deadline:
        time.sleep(0.05)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:  # asked before, and gone
        return True


def keep(kind: str, run: RunFolder) -> None:
    """Start a server, say how to reach it, and end it with the run."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    flag = run.path / f"{kind}.keeping"
    flag.touch()
    try:
        with ThreadPoolExecutor(1) as starter:
            starting = starter.submit(kept_server, kind, run.path)
            starting.add_done_callback(lambda done: _tell(run, kind, done))
            while not ended.wait(_POLL) and not _is_over(run):
                if starting.done() and starting.exception():
                    return
            if not starting.done():
                abort_start(kind, run.path)
        if not starting.exception():
            starting.result().end()
    finally:
        flag.unlink(missing_ok=True)
        _remove_orphaned(run)


def _tell(run: RunFolder, kind: str, done: Future[Kept]) -> None:
    failure = done.exception()
    if failure:
        run.write(kind, {"error": f"{type(failure).__name__}: {failure}"})
    else:
        run.write(kind, done.result().facts)


def _is_over(run: RunFolder) -> bool:
    return (run.path / _DISMISSED).exists() or run.owner() is None


def _remove_orphaned(run: RunFolder) -> None:
    """The last keeper tidies up after a run that was killed."""
    if run.owner() is None and not any(run.path.glob("*.keeping")):
        run.remove()


if __name__ == "__main__":
    keep(sys.argv[1], RunFolder(Path(sys.argv[2])))
