"""The local hours in which a text is unwelcome (rule 3.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clientcomm_scheduler.domain.zones import instant_of


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from `starts` until `ends`, over midnight if that is earlier; equal: never."""

    starts: time = time(21)
    ends: time = time(8)

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether this instant lies in quiet hours in that zone."""
        return any(start <= at < end for start, end in self.from_instant(at, zone, days=1))

    def from_instant(
        self, at: datetime, zone: ZoneInfo, *, days: int
    ) -> Iterator[tuple[datetime, datetime]]:
        """The quiet spans, in UTC, that end after `at`, in order, for so many days ahead."""
        if self.starts == self.ends:
            return
        today = at.astimezone(zone).date()
        length = timedelta(days=1 if self.ends < self.starts else 0)
        for offset in range(-1, days + 1):
            day = today + timedelta(days=offset)
            start = instant_of(datetime.combine(day, self.starts), zone).at
            end = instant_of(datetime.combine(day + length, self.ends), zone).at
            if at < end:
                yield start.astimezone(UTC), end.astimezone(UTC)


def read_quiet_hours(starts: str, ends: str) -> QuietHours:
    """Quiet hours from two `HH:MM`. Raises ValueError."""
    return QuietHours(time.fromisoformat(starts), time.fromisoformat(ends))
