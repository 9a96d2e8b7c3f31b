"""Inside a process under test: failpoints that can be set at any time, and broken variants."""

import json
import os
import signal
import threading
from pathlib import Path

from tests.resilience.injected import broken_variants

from clientcomm_chassis import failpoints

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_WITHOUT_FAILPOINTS = ("simulator",)


class Orders:
    """Orders to this process, its role or its service, as files; each is carried out once."""

    def __init__(self, folder: Path, process: str) -> None:
        role = process.rpartition("-")[0]
        self._folder = folder
        self._process = process
        self._paths = [folder / f"{name}.order" for name in (process, role, role.split("-")[0])]
        self._arrivals: dict[tuple[Path, int], int] = {}
        self._lock = threading.Lock()

    def arrive(self, name: str) -> None:
        """The process is at a failpoint: does an order want its end here?"""
        with self._lock:
            for path in self._paths:
                self._follow(path, name)

    def _follow(self, path: Path, point: str) -> None:
        try:
            written = path.stat().st_mtime_ns
            order = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return
        if order["point"] != point:
            return
        arrivals = self._arrivals[path, written] = self._arrivals.get((path, written), 0) + 1
        if arrivals < order["nth"]:
            return
        try:
            path.unlink()
        except FileNotFoundError:  # another process was first
            return
        struck = {"process": self._process, "pid": os.getpid(), **order}
        (self._folder / f"{path.stem}.struck").write_text(json.dumps(struck))
        os.kill(os.getpid(), _SIGNALS[order["action"]])


class _Everywhere(dict[str, tuple[signal.Signals, int]]):
    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True


def take_part(folder: str, process: str) -> None:
    """Let orders reach this process, and break what the folder says is to be broken."""
    if process.startswith(_WITHOUT_FAILPOINTS) or process.endswith("-setup"):
        return
    orders = Orders(Path(folder), process)
    failpoints._points = _Everywhere()
    failpoints._arrive = orders.arrive
    variant = Path(folder) / "variant"
    if variant.exists():
        broken_variants.apply(variant.read_text(), process)
