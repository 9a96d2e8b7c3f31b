"""A process that keeps one server for a test run, and ends it when the run has ended in any way."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from clientcomm_testkit.run_folder import Facts, RunFolder
from clientcomm_testkit.servers import Kept, abort_start, kept_server

_POLL = 0.5
_DISMISSED = "dismissed"
_spawned: list[subprocess.Popen[bytes]] = []


class ServerFailedError(Exception):
    """A server of the test run could not be started; says why."""


def request_server(run: RunFolder, kind: str) -> None:
    """Let a server be started in the background unless it was already asked for."""

    def spawn() -> Facts:
        with (run.path / f"{kind}.keeper.log").open("ab") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "clientcomm_testkit.keeper", kind, str(run.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _spawned.append(keeper)
        return {"pid": str(keeper.pid)}

    run.once(f"{kind}.keeper", spawn)


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
    for keeper in _spawned:
        with contextlib.suppress(subprocess.TimeoutExpired):  # it ends by itself a little later
            keeper.wait(timeout=max(0.1, deadline - time.monotonic()))


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
