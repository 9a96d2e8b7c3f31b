"""When a person who texts by hand is warned that it is night for the client (rule 3.9)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clientcomm_contracts.conversations.events import QuietHours

_DAY = timedelta(days=1)
ANSWERED_WITHIN = timedelta(minutes=10)
"""Who texted so lately is awake: the answer is welcome."""


def warned_until(
    hours: QuietHours, *, time_zone: str, last_inbound_at: datetime | None, now: datetime
) -> datetime | None:
    """When the quiet hours end in which `now` lies; None if a text is welcome now."""
    if last_inbound_at is not None and now - last_inbound_at <= ANSWERED_WITHIN:
        return None
    return quiet_until(hours, time_zone=time_zone, now=now)


def quiet_until(hours: QuietHours, *, time_zone: str, now: datetime) -> datetime | None:
    """The end of the quiet hours; the same time twice means that there are none.

    Both ends are instants: in the hour that comes twice they neither end nor begin again.
    """
    starts, ends = time.fromisoformat(hours.starts), time.fromisoformat(hours.ends)
    if starts == ends:
        return None
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    nights = _DAY if ends < starts else timedelta()
    for day in (today - _DAY, today):
        # A time that the clocks skip is moved past the gap by the way through UTC.
        over = datetime.combine(day + nights, ends, zone).astimezone(UTC)
        if datetime.combine(day, starts, zone).astimezone(UTC) <= now < over:
            return over
    return None
