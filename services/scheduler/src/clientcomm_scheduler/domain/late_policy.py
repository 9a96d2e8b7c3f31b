"""What is still sent after an outage, and what is missed (rule 4.4)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clientcomm_scheduler.domain.quiet_hours import QuietHours

DEFAULT_TOLERANCE = timedelta(minutes=60)
_DAYS_AHEAD = 400


def last_moment(
    due_at: datetime, tolerance: timedelta, quiet: QuietHours, zone: ZoneInfo
) -> datetime:
    """The latest instant at which a text due then may leave; quiet hours use up no tolerance."""
    left, position = tolerance, due_at
    for start, end in quiet.from_instant(due_at, zone, days=_DAYS_AHEAD):
        if start - position >= left:
            break
        left -= max(start - position, timedelta())
        position = max(position, end)
    return position + left
