from datetime import UTC, datetime, timedelta

import pytest

from clientcomm_contracts.conversations.events import QuietHours
from clientcomm_conversations.domain.quiet_hours import quiet_until, warned_until

ZONE = "America/Chicago"
NIGHT = QuietHours(starts="21:00", ends="08:00")


def at(local: str) -> datetime:
    """An instant given by its hour in UTC; Chicago is six hours behind in winter."""
    return datetime.fromisoformat(f"2026-02-{local}+00:00")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("03T02:59:59", None),
        ("03T03:00:00", "03T14:00:00"),
        ("03T05:59:00", "03T14:00:00"),
        ("03T06:01:00", "03T14:00:00"),
        ("03T13:59:59", "03T14:00:00"),
        ("03T14:00:00", None),
        ("03T20:00:00", None),
    ],
)
def test_quiet_hours_pass_midnight_and_end_in_the_morning(now: str, until: str | None) -> None:
    found = quiet_until(NIGHT, time_zone=ZONE, now=at(now))

    assert found == (at(until) if until else None)


@pytest.mark.parametrize(
    ("hours", "now", "is_quiet"),
    [
        (QuietHours(starts="12:00", ends="13:00"), "03T18:30:00", True),
        (QuietHours(starts="12:00", ends="13:00"), "03T19:00:00", False),
        (QuietHours(starts="00:00", ends="00:00"), "03T07:00:00", False),
        (QuietHours(starts="08:00", ends="08:00"), "03T14:00:00", False),
    ],
)
def test_they_may_lie_within_a_day_or_not_exist(
    hours: QuietHours, now: str, is_quiet: bool
) -> None:
    assert (quiet_until(hours, time_zone=ZONE, now=at(now)) is not None) is is_quiet


def test_an_end_that_the_clocks_skip_moves_past_the_gap() -> None:
    now = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 01:30; at 02:00 it becomes 03:00
    hours = QuietHours(starts="01:00", ends="02:30")

    assert quiet_until(hours, time_zone=ZONE, now=now) == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (("21:00", "01:30"), "06:15", "06:30"),  # 1:15, for the first time
        (("21:00", "01:30"), "07:15", None),  # 1:15 again: the night has ended
        (("01:30", "05:00"), "07:15", "11:00"),  # 1:15 again: it has begun
    ],
)
def test_in_the_hour_that_comes_twice_they_end_once_and_begin_once(
    hours: tuple[str, str], now: str, until: str | None
) -> None:
    def utc(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-01T{clock}+00:00")

    night = QuietHours(starts=hours[0], ends=hours[1])

    found = quiet_until(night, time_zone=ZONE, now=utc(now))

    assert found == (utc(until) if until else None)


@pytest.mark.parametrize(("minutes_ago", "is_warned"), [(0, False), (10, False), (11, True)])
def test_who_texted_in_the_last_ten_minutes_is_answered_without_a_warning(
    minutes_ago: int, is_warned: bool
) -> None:
    now = at("03T05:00:00")
    heard = now - timedelta(minutes=minutes_ago)

    found = warned_until(NIGHT, time_zone=ZONE, last_inbound_at=heard, now=now)

    assert (found is not None) is is_warned
