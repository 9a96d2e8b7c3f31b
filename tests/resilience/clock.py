"""The test clock of a stack: only forwards, and kept in office hours."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from clientcomm_testkit.stacks import RunningStack

_OPENS, _CLOSES = 10, 17


class TestClock:
    """What time it is for the stack."""

    __test__ = False

    def __init__(self, stack: RunningStack, zone: str) -> None:
        self._stack = stack
        self._zone = ZoneInfo(zone)
        self._offset = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def advance(self, seconds: float) -> None:
        """Let it be so much later."""
        self._offset += seconds
        self._stack.set_clock_offset(self._offset)

    def to_office_hours(self) -> None:
        """Bulk texts wait at night (rule 3.9): go on in the morning when the day is over."""
        local = self.now().astimezone(self._zone)
        if _OPENS <= local.hour < _CLOSES:
            return
        morning = local.replace(hour=_OPENS, minute=0, second=0, microsecond=0)
        if morning < local:
            morning += timedelta(days=1)
        self.advance((morning - local).total_seconds())

    def local_minute(self, minutes: int) -> str:
        """A wall-clock minute so far ahead, as a person chooses one."""
        ahead = self.now().astimezone(self._zone) + timedelta(minutes=minutes)
        return ahead.replace(tzinfo=None, second=0, microsecond=0).isoformat()
