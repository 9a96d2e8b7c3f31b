"""What is still sent after an outage (rule 4.4), and quiet hours (rule 3.9)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientcomm_scheduler.domain.late_policy import last_moment
from clientcomm_scheduler.domain.quiet_hours import QuietHours, read_quiet_hours
from clientcomm_scheduler.domain.zones import zone_named

LOS_ANGELES = "America/Los_Angeles"
USUAL = QuietHours(time(21), time(8))
NEVER = QuietHours(time(8), time(8))
AT_NOON = QuietHours(time(12), time(14))
HOUR = timedelta(hours=1)

zones = some.sampled_from(
    [LOS_ANGELES, "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"]
)
instants = some.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - a bound
    datetime(2028, 1, 1),  # noqa: DTZ001 - a bound
    timezones=some.just(UTC),
)
quiet_hours = some.builds(QuietHours, some.times(), some.times())


def local(text: str, zone: str = LOS_ANGELES) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone_named(zone))


@pytest.mark.parametrize(
    ("quiet", "due", "expected"),
    [
        (USUAL, "2026-06-02T09:00", "2026-06-02T10:00"),
        # Used up when quiet hours begin: nothing is left for the morning.
        (USUAL, "2026-06-02T20:00", "2026-06-02T21:00"),
        (USUAL, "2026-06-02T20:30", "2026-06-03T08:30"),
        (USUAL, "2026-06-02T23:00", "2026-06-03T09:00"),
        (USUAL, "2026-06-02T08:00", "2026-06-02T09:00"),
        (AT_NOON, "2026-06-02T11:59", "2026-06-02T14:59"),
        (NEVER, "2026-06-02T23:30", "2026-06-03T00:30"),
        # The night of the change is an hour shorter, or longer, and does not count either way.
        (USUAL, "2026-03-07T20:30", "2026-03-08T08:30"),
        (USUAL, "2026-10-31T20:30", "2026-11-01T08:30"),
    ],
)
def test_an_hour_outside_quiet_hours_is_the_limit(
    quiet: QuietHours, due: str, expected: str
) -> None:
    limit = last_moment(local(due), HOUR, quiet, zone_named(LOS_ANGELES))

    assert limit == local(expected)


@settings(deadline=None)
@given(due=instants, zone=zones, quiet=quiet_hours, minutes=some.integers(0, 600))
def test_the_limit_leaves_just_the_tolerance_outside_quiet_hours(
    due: datetime, zone: str, quiet: QuietHours, minutes: int
) -> None:
    tolerance = timedelta(minutes=minutes)

    limit = last_moment(due, tolerance, quiet, zone_named(zone))

    assert limit >= due + tolerance
    assert limit - due - quiet_time(quiet, due, limit, zone) == tolerance


@settings(deadline=None)
@given(due=instants, zone=zones, quiet=quiet_hours)
def test_more_tolerance_never_ends_earlier(due: datetime, zone: str, quiet: QuietHours) -> None:
    limits = [
        last_moment(due, timedelta(minutes=minutes), quiet, zone_named(zone))
        for minutes in (0, 1, 30, 60, 240)
    ]

    assert limits == sorted(limits)


def quiet_time(quiet: QuietHours, begin: datetime, end: datetime, zone: str) -> timedelta:
    total, reached = timedelta(), begin
    for start, stop in quiet.from_instant(begin, zone_named(zone), days=450):
        if start >= end:
            break
        span = min(stop, end) - max(start, reached)
        total += max(span, timedelta())
        reached = max(reached, stop)
    return total


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        (USUAL, "2026-06-02T20:59", False),
        (USUAL, "2026-06-02T21:00", True),
        (USUAL, "2026-06-03T00:00", True),
        (USUAL, "2026-06-03T07:59", True),
        (USUAL, "2026-06-03T08:00", False),
        (AT_NOON, "2026-06-03T12:00", True),
        (AT_NOON, "2026-06-03T14:00", False),
        (AT_NOON, "2026-06-03T02:00", False),
        (NEVER, "2026-06-03T08:00", False),
        (USUAL, "2026-03-08T03:30", True),
    ],
)
def test_quiet_hours_begin_and_end_by_the_local_clock(
    quiet: QuietHours, at: str, *, is_quiet: bool
) -> None:
    assert quiet.covers(local(at), zone_named(LOS_ANGELES)) is is_quiet


def test_quiet_hours_are_read_from_their_contract() -> None:
    assert read_quiet_hours("20:30", "07:15") == QuietHours(time(20, 30), time(7, 15))
    with pytest.raises(ValueError, match="hour"):
        read_quiet_hours("29:00", "07:15")
