"""How long something took of the time that the machine gave to it."""

import time
from pathlib import Path

_STANDING_IN_LINE = Path("/proc/thread-self/schedstat")


class Stopwatch:
    """Begins when it is made; the time in which this thread waited for a processor is not counted.

    So that a limit says something of the code, on a machine that does ten other things meanwhile.
    """

    def __init__(self) -> None:
        self._began = _own_time()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return _own_time() - self._began


def _own_time() -> float:
    """A clock that stands while this thread waits; both readings are of one moment."""
    while True:
        waited, now = _in_line(), time.monotonic()
        if _in_line() == waited:
            return now - waited


def _in_line() -> float:
    """Seconds in which this thread could have run and was not let; 0 where no kernel tells."""
    try:
        return int(_STANDING_IN_LINE.read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0
