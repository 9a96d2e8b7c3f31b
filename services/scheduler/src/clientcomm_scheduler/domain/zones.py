"""Local wall time and instants: what a chosen date and time means in a zone (rule 4.2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class UnknownZone(Exception):
    """There is no IANA time zone of that name."""


@dataclass(frozen=True, slots=True)
class Instant:
    """When a wall time happens; `is_shifted` if that wall time does not exist that day."""

    at: datetime
    is_shifted: bool


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(name) from None


def is_zone(name: str) -> bool:
    """Whether there is an IANA zone of this name."""
    try:
        zone_named(name)
    except UnknownZone:
        return False
    return True


def instant_of(wall: datetime, zone: ZoneInfo) -> Instant:
    """The instant of a wall time: in a gap the first valid minute after, in an overlap the first.

    zoneinfo rejects nothing: a time in a gap only shows by not surviving the way to UTC and back.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(fold=0):
        return Instant(first, is_shifted=False)
    return Instant(_end_of_gap(wall, zone), is_shifted=True)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The transition lies between the two readings of the wall time (PEP 495)."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    new_offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == new_offset:
            high = middle
        else:
            low = middle
    return _whole_minute(datetime.fromtimestamp(high, UTC))


def _whole_minute(at: datetime) -> datetime:
    cut = at.replace(second=0, microsecond=0)
    return cut if cut == at else cut + timedelta(minutes=1)
