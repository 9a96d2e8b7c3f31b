"""Local wall times in every zone of the world, around every change of its clocks (rule 4.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientcomm_scheduler.domain.zones import UnknownZone, instant_of, is_zone, zone_named

ZONES = sorted(available_timezones())
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def transitions(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """Each minute at which the offset is another one, with by how much it grows."""
    at = BEGIN
    while at < END:
        after = at + timedelta(hours=6)
        if offset(at, zone) != offset(after, zone):
            low, high = at, after
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                if offset(middle, zone) == offset(low, zone):
                    low = middle
                else:
                    high = middle
            yield high, offset(high, zone) - offset(low, zone)
        at = after


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def test_every_transition_of_every_zone_is_met() -> None:
    seen = 0
    for name in ZONES:
        zone = zone_named(name)
        for at, growth in transitions(zone):
            seen += 1
            if growth > timedelta():
                every_minute_of_the_gap_moves_to_its_end(at, growth, zone)
            else:
                every_minute_of_the_overlap_is_the_first(at, -growth, zone)
    assert seen > 300


def every_minute_of_the_gap_moves_to_its_end(
    at: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    end = wall(at, zone)
    for minutes in range(-int(length / MINUTE) - 2, 3):
        chosen = end + minutes * MINUTE
        instant = instant_of(chosen, zone)
        if -length <= minutes * MINUTE < timedelta():
            assert (instant.at, instant.is_shifted) == (at, True), (zone.key, chosen)
        else:
            assert not instant.is_shifted, (zone.key, chosen)
            assert wall(instant.at, zone) == chosen, (zone.key, chosen)


def every_minute_of_the_overlap_is_the_first(
    at: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    begin = wall(at, zone)
    for minutes in range(-2, int(length / MINUTE) + 2):
        chosen = begin + minutes * MINUTE
        instant = instant_of(chosen, zone)
        assert not instant.is_shifted, (zone.key, chosen)
        assert wall(instant.at, zone) == chosen, (zone.key, chosen)
        if timedelta() <= minutes * MINUTE < length:
            assert instant.at < at, (zone.key, chosen)


@settings(deadline=None)
@given(
    name=some.sampled_from(ZONES),
    first=some.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),  # noqa: DTZ001 - wall times
    later=some.timedeltas(timedelta(), timedelta(days=2)),
)
def test_later_on_the_wall_is_never_earlier_unless_clocks_went_back(
    name: str, first: datetime, later: timedelta
) -> None:
    zone = zone_named(name)

    one, two = instant_of(first, zone), instant_of(first + later, zone)

    assert one.at <= two.at
    assert wall(one.at, zone) >= first
    assert (wall(one.at, zone) == first) is not one.is_shifted


@pytest.mark.parametrize(
    ("zone", "chosen", "expected", "is_shifted"),
    [
        # Half an hour's gap, a gap at midnight, and zones that never change.
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30", True),
        ("Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00", True),
        ("America/Phoenix", "2026-03-08T02:30", "2026-03-08T09:30", False),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00", True),
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00", False),
        ("America/New_York", "2026-11-01T01:59", "2026-11-01T05:59", False),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00", False),
    ],
)
def test_known_changes_of_clocks(
    zone: str, chosen: str, expected: str, *, is_shifted: bool
) -> None:
    instant = instant_of(datetime.fromisoformat(chosen), zone_named(zone))

    assert instant.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert instant.is_shifted is is_shifted


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "America", "../etc/passwd", "/etc/localtime", "A\x00", "x" * 64]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(UnknownZone):
        zone_named(name)
