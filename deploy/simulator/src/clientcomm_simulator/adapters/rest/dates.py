"""Dates as the carrier writes them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Self

from clientcomm_simulator.adapters.asgi import Form
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


@dataclass(frozen=True, slots=True)
class Days:
    """The days in GMT that a list is narrowed to; both ends belong to the range."""

    on: date | None
    until: date | None
    since: date | None

    @classmethod
    def of(cls, query: Form, name: str) -> Self:
        """From the filters `name`, `name<` and `name>`; raises Refusal."""
        names = (name, f"{name}<", f"{name}>")
        return cls(*(_parse_day(query.get(each), each) for each in names))

    def hold(self, moment: float | None) -> bool:
        """Whether a moment lies within; what has not happened lies in no range."""
        if self.on is None and self.until is None and self.since is None:
            return True
        if moment is None:
            return False
        day = datetime.fromtimestamp(moment, UTC).date()
        return (
            self.on in {None, day}
            and (self.until is None or day <= self.until)
            and (self.since is None or day >= self.since)
        )


def _parse_day(text: str, name: str) -> date | None:
    """The day of a filter; its time of day does not count."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(20001, name) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.date()
