"""How long an office was open between two instants, holidays and changes of the clock included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DaysHours = tuple[time, time]

_DAY = timedelta(days=1)
_MOST_DAYS = 400
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Office:
    """A department's office: for each day from Monday on when it is open, None: not at all.

    Hours that end at midnight end with the day.
    """

    zone: ZoneInfo
    week: tuple[DaysHours | None, ...]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at this instant."""
        opening = self._opening(at.astimezone(self.zone).date())
        return opening is not None and opening[0] <= at < opening[1]

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """For how long it was open, in real hours: one that the clock skips does not count."""
        # In one zone, Python subtracts what the clock shows; in UTC, what has passed.
        begin, end = begin.astimezone(UTC), end.astimezone(UTC)
        total = timedelta(0)
        day, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            opening = self._opening(day)
            if opening is not None:
                total += max(min(end, opening[1]) - max(begin, opening[0]), timedelta(0))
            day += _DAY
        return total

    def open_for(self, limit: timedelta, *, until: datetime) -> datetime | None:
        """The latest instant since when it was open for `limit`; None if not within a year."""
        left = limit
        until = until.astimezone(UTC)
        for begin, end in self._openings_back_from(until):
            was_open = min(end, until) - begin
            if was_open >= left:
                return min(end, until) - left
            left -= was_open
        return None

    def closed_since(self, at: datetime) -> datetime | None:
        """When it closed last, where it is closed at this instant."""
        if self.is_open(at):
            return None
        return next((end for _, end in self._openings_back_from(at)), at - _MOST_DAYS * _DAY)

    def _openings_back_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = at.astimezone(self.zone).date()
        for days in range(_MOST_DAYS):
            opening = self._opening(today - days * _DAY)
            if opening is not None and opening[0] < at:
                yield opening

    def _opening(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.week[day.weekday()]
        if hours is None or day in self.holidays:
            return None
        starts, ends = hours
        last_day = day + _DAY if ends == _MIDNIGHT else day
        begin = datetime.combine(day, starts, self.zone).astimezone(UTC)
        end = datetime.combine(last_day, ends, self.zone).astimezone(UTC)
        return (begin, end) if begin < end else None
