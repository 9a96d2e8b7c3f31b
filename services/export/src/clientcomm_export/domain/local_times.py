"""Instants as people write them, in the transcript's zone and with its name."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

_PATTERN = "MMM d, y, h:mm:ss a z"


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """For example `Nov 1, 2026, 1:30:00 AM PDT`; the zone tells an hour from its repetition."""
    return str(format_datetime(at.astimezone(zone), _PATTERN, tzinfo=zone, locale="en_US"))
