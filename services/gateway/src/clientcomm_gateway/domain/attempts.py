"""How wrong sign-ins slow down the next (rule 1.4), so that nobody locks a colleague out.

A browser that signed in to the account before is counted by itself and never locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGET_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong attempts under one key, and when the last one was."""

    failures: int
    last_at: datetime

    def still_count(self, now: datetime) -> int:
        """How many count: all of them until 15 quiet minutes have passed."""
        return self.failures if now < self.last_at + FORGET_AFTER else 0


@dataclass(frozen=True, slots=True)
class Patience:
    """Free attempts, then doubling waits up to `longest`, then a lock if there is one."""

    free: int
    longest: timedelta
    lock_after: int | None = None

    def wait_until(self, attempts: Attempts, now: datetime) -> datetime | None:
        """When the next attempt is looked at, or None for now."""
        failures = attempts.still_count(now)
        if self.lock_after is not None and failures >= self.lock_after:
            return attempts.last_at + FORGET_AFTER
        if failures < self.free:
            return None
        wait = min(timedelta(seconds=2 ** min(failures - self.free, 20)), self.longest)
        until = attempts.last_at + wait
        return until if until > now else None


STRANGER = Patience(free=3, longest=timedelta(seconds=30), lock_after=10)
"""For an account, by browsers that never signed in to it."""

ACQUAINTANCE = Patience(free=5, longest=timedelta(seconds=60))
"""For an account, by one browser that did."""

ADDRESS = Patience(free=20, longest=timedelta(seconds=60))
"""For an address, whatever the account; a county's office shares one."""
