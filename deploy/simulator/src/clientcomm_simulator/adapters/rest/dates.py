"""Dates as the carrier writes them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from email.utils import formatdate
from functools import lru_cache

from clientcomm_simulator.domain.refusals import Refusal


@lru_cache(maxsize=256)
def _whole_second(second: int) -> str:
    return formatdate(second, localtime=False).replace("-0000", "+0000")


def rfc2822(moment: float | None) -> str | None:
    """Wed, 01 Jan 2025 00:00:00 +0000."""
    return None if moment is None else _whole_second(int(moment))


def iso8601(moment: float) -> str:
    """2025-01-01T00:00:00Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def parse_day(text: str, name: str) -> date | None:
    """The day in GMT that a filter names; its time of day does not count."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(20001, name) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.date()


def day_of(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
