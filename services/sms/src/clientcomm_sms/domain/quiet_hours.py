"""When a quiet window ends (rule 3.9)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clientcomm_sms.domain.texts import QuietWindow

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def quiet_until(window: QuietWindow, now: datetime) -> datetime | None:
    """The instant at which the window that `now` lies in ends; None outside of it.

    The end counts as outside. A window may pass midnight; one that begins when it ends is empty.
    Both ends are instants: in the hour that comes twice a window neither ends nor begins again.
    """
    if window.starts == window.ends:
        return None
    zone = _zone(window.time_zone)
    today = now.astimezone(zone).date()
    nights = _DAY if window.ends < window.starts else timedelta()
    for day in (today - _DAY, today):
        ends = _first_valid(datetime.combine(day + nights, window.ends), zone)
        if _first_valid(datetime.combine(day, window.starts), zone) <= now < ends:
            return ends
    return None


def _first_valid(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall time; one that the clocks skip moves to the first minute after."""
    moment = wall
    while True:
        instant = moment.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == moment:
            return instant
        moment += _MINUTE
