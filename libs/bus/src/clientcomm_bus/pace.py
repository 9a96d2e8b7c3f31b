"""How long to wait for company: not at all while little comes, a little while much does."""

import math
import time

_WINDOW = 0.5
_QUIET = 150.0
_BUSY = 350.0


class Pace:
    """Measures items per second over the last half second.

    Below 150 items/s (some 25 texts a second) nothing is held up; from there to 350 items/s the
    wait grows to `longest` seconds, since a transaction for ten items costs hardly more than one
    for one. Where nobody waits for the outcome, it is `longest` always.
    """

    def __init__(self, longest: float, *, is_awaited: bool = True) -> None:
        self._longest = longest
        self._is_awaited = is_awaited
        self._rate = 0.0
        self._noted_at = time.monotonic()

    def note(self, items: int) -> None:
        """So many came now."""
        self._decay()
        self._rate += items / _WINDOW

    def wait(self) -> float:
        """Seconds to wait for more before taking what is there."""
        if not self._is_awaited:
            return self._longest
        self._decay()
        return self._longest * min(1.0, max(0.0, (self._rate - _QUIET) / (_BUSY - _QUIET)))

    def _decay(self) -> None:
        now = time.monotonic()
        self._rate *= math.exp((self._noted_at - now) / _WINDOW)
        self._noted_at = now
