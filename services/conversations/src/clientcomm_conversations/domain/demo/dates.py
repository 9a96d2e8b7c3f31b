"""Plausible times: office hours for staff, waking hours for clients, dates in words."""

from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

_SATURDAY = 5
_OPENS, _CLOSES = time(8, 30), time(16, 45)
_WAKES, _SLEEPS = time(7, 10), time(21, 20)
_QUARTERS = 4


def office_time(chance: Random, on: datetime, zone: ZoneInfo) -> datetime:
    """A moment in office hours on that day, or on the last working day before it."""
    local = on.astimezone(zone)
    while local.weekday() >= _SATURDAY:
        local -= timedelta(days=1)
    return _between(chance, local, _OPENS, _CLOSES)


def waking_time(chance: Random, at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the evening before if people would be asleep."""
    local = at.astimezone(zone)
    if _WAKES <= local.time() <= _SLEEPS:
        return at
    evening = local.date() if local.time() > _SLEEPS else local.date() - timedelta(days=1)
    asleep = datetime.combine(evening, _SLEEPS, zone)
    return (asleep - timedelta(minutes=chance.uniform(0, 150))).astimezone(at.tzinfo)


def appointment(chance: Random, after: datetime, zone: ZoneInfo) -> datetime:
    """A working day some days later, at a quarter of an hour."""
    day = after.astimezone(zone) + timedelta(days=chance.randint(3, 12))
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    quarter = 15 * chance.randrange(_QUARTERS)
    hour = chance.choice((9, 10, 11, 13, 14, 15))
    return datetime.combine(day.date(), time(hour, quarter), zone)


def in_words(at: datetime, language: str) -> dict[str, str]:
    """`day` and `time` as one writes them in a text."""
    pattern = "EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d"
    return {
        "day": format_date(at.date(), pattern, locale=language),
        "time": format_time(at, "h:mm a", locale="en_US").replace("\u202f", " "),
    }


def _between(chance: Random, day: datetime, first: time, last: time) -> datetime:
    begin = datetime.combine(day.date(), first, day.tzinfo)
    end = datetime.combine(day.date(), last, day.tzinfo)
    return begin + (end - begin) * chance.random()
