"""Named points at which a resilience test can kill or freeze this process."""

import os
import signal
from collections.abc import Mapping

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def parse_failpoints(text: str) -> dict[str, tuple[signal.Signals, int]]:
    """Read `name:kill|stop:nth,…`: at the nth arrival the process gets the signal."""
    points: dict[str, tuple[signal.Signals, int]] = {}
    for part in filter(None, text.split(",")):
        name, action, nth = part.split(":")
        points[name] = (_SIGNALS[action], int(nth))
    return points


_points: Mapping[str, tuple[signal.Signals, int]] = parse_failpoints(
    os.environ.get("CLIENTCOMM_FAILPOINTS", "")
)
_arrivals: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Do nothing, unless `CLIENTCOMM_FAILPOINTS` names this point."""
    if _points and name in _points:
        _arrive(name)


def _arrive(name: str) -> None:
    _arrivals[name] = _arrivals.get(name, 0) + 1
    number, nth = _points[name]
    if _arrivals[name] == nth:
        os.kill(os.getpid(), number)
