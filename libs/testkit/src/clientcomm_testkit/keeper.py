"""A process that keeps one server for a test run, and ends it when the run has ended in any way."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from clientcomm_testkit.run_folder import Facts, RunFolder
from clientcomm_testkit.servers import Kept, kept_server

_POLL = 0.5
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


def dismiss_servers(run: RunFolder, *, seconds: float = 40) -> None:
    """End every server of a run and wait until it is gone."""
    (run.path / "dismissed").touch()
    for keeper in _spawned:
        keeper.wait(timeout=seconds)
    deadline = time.monotonic() + seconds
    while any(run.path.glob("*.keeping")) and time.monotonic() < deadline:
        time.sleep(0.05)


def keep(kind: str, run: RunFolder, start: Callable[[str, Path], Kept]) -> None:
    """Start a server, say how to reach it, and end it with the run."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    flag = run.path / f"{kind}.keeping"
    flag.touch()
    kept = None
    try:
        kept = start(kind, run.path)
        run.write(kind, kept.facts)
        while not ended.wait(_POLL):
            if (run.path / "dismissed").exists() or run.owner() is None:
                break
    except Exception as failure:  # noqa: BLE001 every reason belongs to the tests that wait
        run.write(kind, {"error": f"{type(failure).__name__}: {failure}"})
    finally:
        if kept:
            kept.end()
        flag.unlink(missing_ok=True)
        _remove_orphaned(run)


def _remove_orphaned(run: RunFolder) -> None:
    """The last keeper tidies up after a run that was killed."""
    if run.owner() is None and not any(run.path.glob("*.keeping")):
        run.remove()


if __name__ == "__main__":
    keep(sys.argv[1], RunFolder(Path(sys.argv[2])), kept_server)
