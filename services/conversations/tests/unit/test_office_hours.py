"""Hours of an office over weekends, holidays and changes of the clock (rule 2.10)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientcomm_conversations.adapters.department_settings import (
    DepartmentSettings,
    office_of,
)
from clientcomm_conversations.domain.office_hours import Office

CHICAGO = ZoneInfo("America/Chicago")
NINE_TO_FIVE = (time(9), time(17))
OFFICE = Office(CHICAGO, (NINE_TO_FIVE,) * 5 + (None, None), frozenset({date(2026, 7, 3)}))
ALWAYS = Office(CHICAGO, ((time(0), time(0)),) * 7)

# Both changes of the clock of 2026 lie in it, and one that Lord Howe makes by half an hour.
_MINUTES = st.integers(0, 370 * 24 * 60).map(lambda n: timedelta(minutes=n))
_INSTANTS = _MINUTES.map(lambda after: datetime(2026, 1, 1, tzinfo=UTC) + after)
_TIMES = st.integers(0, 24 * 4 - 1).map(lambda n: time(n // 4, n % 4 * 15))
_HOURS = st.none() | st.tuples(_TIMES, _TIMES)
_OFFICES = st.builds(
    Office,
    st.sampled_from(
        [ZoneInfo(z) for z in ("America/Chicago", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")]
    ),
    st.lists(_HOURS, min_size=7, max_size=7).map(tuple),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20),
)


def chicago(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-03-02T09:00", "2026-03-02T13:00", 4),
        ("2026-03-02T06:00", "2026-03-02T13:00", 4),
        ("2026-03-06T16:00", "2026-03-09T10:00", 2),  # a weekend with a change of the clock
        ("2026-07-02T16:00", "2026-07-06T10:00", 2),  # a holiday and a weekend
        ("2026-03-07T10:00", "2026-03-08T10:00", 0),
        ("2026-03-02T13:00", "2026-03-02T09:00", 0),
    ],
)
def test_only_hours_in_which_somebody_is_there_count(begin: str, end: str, hours: int) -> None:
    assert OFFICE.open_between(chicago(begin), chicago(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_a_day_of_a_changed_clock_has_its_real_length(day: str, hours: int) -> None:
    begin = chicago(f"{day}T00:00")
    end = datetime.combine(begin.date() + timedelta(days=1), time(0), CHICAGO)

    assert ALWAYS.open_between(begin, end) == timedelta(hours=hours)


def test_an_office_says_since_when_it_is_closed() -> None:
    assert OFFICE.closed_since(chicago("2026-03-07T10:00")) == chicago("2026-03-06T17:00")
    assert OFFICE.closed_since(chicago("2026-03-06T17:00")) == chicago("2026-03-06T17:00")
    assert OFFICE.closed_since(chicago("2026-03-06T16:59")) is None
    assert Office(CHICAGO, (None,) * 7).closed_since(chicago("2026-03-06T10:00")) is not None


def test_an_office_that_is_never_open_makes_nothing_late() -> None:
    closed = Office(CHICAGO, (None,) * 7)

    assert closed.open_for(timedelta(hours=4), until=chicago("2026-03-06T10:00")) is None


def test_the_settings_of_a_department_have_a_usual_week() -> None:
    office = office_of(DepartmentSettings(), "America/Chicago")

    assert office.is_open(chicago("2026-03-06T08:00"))
    assert not office.is_open(chicago("2026-03-06T17:00"))
    assert not office.is_open(chicago("2026-03-07T12:00"))


@given(_OFFICES, _INSTANTS, _INSTANTS, _INSTANTS)
def test_parts_of_a_time_add_up_and_none_is_longer_than_itself(
    office: Office, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))

    parts = office.open_between(first, middle) + office.open_between(middle, last)

    assert parts == office.open_between(first, last)
    assert timedelta(0) <= parts <= last - first


@given(_OFFICES, _INSTANTS, st.integers(0, 4 * 24 * 60))
@settings(max_examples=30)
def test_it_is_the_sum_of_the_minutes_in_which_it_is_open(
    office: Office, begin: datetime, minutes: int
) -> None:
    each = (begin + timedelta(minutes=n) for n in range(minutes))

    counted = sum(office.is_open(minute) for minute in each)

    end = begin + timedelta(minutes=minutes)
    assert office.open_between(begin, end) == timedelta(minutes=counted)


@given(_OFFICES, _INSTANTS, st.integers(1, 3000).map(lambda n: timedelta(minutes=n)))
def test_looking_back_finds_the_latest_instant_from_which_on_it_was_open_so_long(
    office: Office, until: datetime, limit: timedelta
) -> None:
    since = office.open_for(limit, until=until)

    if since is None:
        assert office.open_between(until - timedelta(days=390), until) < limit
    else:
        assert office.open_between(since, until) == limit
        assert office.open_between(since + timedelta(microseconds=1), until) < limit
