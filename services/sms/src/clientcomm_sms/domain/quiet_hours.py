"""When a quiet window ends (rule 3.9)."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clientcomm_sms.domain.texts import QuietWindow

_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def quiet_until(window: QuietWindow, now: datetime) -> datetime | None:
    """The instant at which the window that `now` lies in ends; None outside of it.

    The end counts as outside. A window may pass midnight; one that begins when it ends is empty.
    """
    zone = _zone(window.time_zone)
    local = now.astimezone(zone)
    if not _is_within(window, local.time()):
        return None
    day = local.date() + timedelta(days=1 if local.time() >= window.ends else 0)
    return _first_valid(datetime.combine(day, window.ends), zone)


def _is_within(window: QuietWindow, local: time) -> bool:
    if window.starts <= window.ends:
        return window.starts <= local < window.ends
    return local >= window.starts or local < window.ends


def _first_valid(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall time; one that the clocks skip moves to the first minute after."""
    moment = wall
    while True:
        instant = moment.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == moment:
            return instant
        moment += _MINUTE
