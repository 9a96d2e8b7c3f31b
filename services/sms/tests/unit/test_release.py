from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.values import Lane, MessageState
from clientcomm_sms.domain.quiet_hours import quiet_until
from clientcomm_sms.domain.rate import refilled, seconds_until_free
from clientcomm_sms.domain.release import Go, Stay, choose, decide
from clientcomm_sms.domain.texts import QuietWindow, Standing, WaitingText

NIGHT = QuietWindow(time(21), time(8), "America/Chicago")
CHICAGO = ZoneInfo("America/Chicago")


def at(hour: int, minute: int = 0, *, day: int = 1, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


def a_waiting(
    *,
    lane: Lane = Lane.REPLY,
    segments: int = 1,
    not_after: datetime | None = None,
    quiet: QuietWindow | None = None,
    is_opted_out: bool = False,
    is_doubtful: bool = False,
) -> WaitingText:
    message_id, conversation_id, department_id = uuid4(), uuid4(), uuid4()
    queued = MessageState.QUEUED
    standing = Standing(
        message_id, conversation_id, department_id, "+1", queued, queued, 1, 0, None, None, None
    )
    return WaitingText(
        message_id=message_id,
        conversation_id=conversation_id,
        department_id=department_id,
        lane=lane,
        number_from="+15005550006",
        number_to="+15125550101",
        body="hello",
        segments=segments,
        media_keys=(),
        not_after=not_after,
        quiet=quiet,
        tries=0,
        standing=standing,
        is_opted_out=is_opted_out,
        is_doubtful=is_doubtful,
    )


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(20, 59), None),
        (at(21), at(8, day=2)),
        (at(23, 30), at(8, day=2)),
        (at(3, day=2), at(8, day=2)),
        (at(7, 59, day=2), at(8, day=2)),
        (at(8, day=2), None),
    ],
)
def test_a_quiet_night_ends_in_the_morning(now: datetime, ends: datetime | None) -> None:
    assert quiet_until(NIGHT, now) == ends


def test_a_window_that_ends_in_the_hour_that_the_clocks_skip_ends_after_it() -> None:
    window = QuietWindow(time(21), time(2, 30), "America/Chicago")

    ends = quiet_until(window, datetime(2026, 3, 8, 7, 0, tzinfo=UTC))

    assert ends == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "now", "ends"),
    [
        ((21, 0, 1, 30), "06:15", "06:30"),  # 1:15, for the first time
        ((21, 0, 1, 30), "06:45", None),
        ((21, 0, 1, 30), "07:15", None),  # 1:15 again: the night has ended
        ((1, 30, 5, 0), "06:45", "11:00"),
        ((1, 30, 5, 0), "07:15", "11:00"),  # 1:15 again: it has begun
    ],
)
def test_in_the_hour_that_comes_twice_a_window_ends_once_and_begins_once(
    window: tuple[int, int, int, int], now: str, ends: str | None
) -> None:
    """Else a text would be held until an instant that is over, offered again, and held again."""
    quiet = QuietWindow(time(*window[:2]), time(*window[2:]), "America/Chicago")

    def utc(clock: str) -> datetime:
        return datetime.combine(date(2026, 11, 1), time.fromisoformat(clock), UTC)

    assert quiet_until(quiet, utc(now)) == (utc(ends) if ends else None)


@given(
    st.sampled_from(sorted(available_timezones())),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made aware below
    st.times(),
    st.times(),
)
def test_in_every_zone_the_end_is_ahead_and_outside(
    zone: str, moment: datetime, starts: time, ends: time
) -> None:
    window = QuietWindow(starts, ends, zone)
    now = moment.replace(tzinfo=UTC)

    until = quiet_until(window, now)

    if until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=27)


def test_opt_out_comes_before_everything() -> None:
    decision = decide(a_waiting(is_opted_out=True, quiet=NIGHT), at(23))

    assert isinstance(decision, Stay)
    assert decision.state is MessageState.BLOCKED


def test_what_is_too_late_is_missed_and_never_sent_late() -> None:
    decision = decide(a_waiting(not_after=at(12)), at(12))

    assert isinstance(decision, Stay)
    assert (decision.state, decision.code) == (MessageState.MISSED, "not_after_passed")


def test_what_would_be_late_after_the_quiet_hours_is_missed_at_once() -> None:
    decision = decide(a_waiting(not_after=at(7, day=2), quiet=NIGHT), at(22))

    assert isinstance(decision, Stay)
    assert decision.state is MessageState.MISSED


def test_quiet_hours_hold_until_their_end() -> None:
    decision = decide(a_waiting(quiet=NIGHT), at(22))

    assert isinstance(decision, Stay)
    assert (decision.state, decision.look_at) == (MessageState.HELD, at(8, day=2))


def test_not_after_caps_the_carriers_validity_period() -> None:
    soon = decide(a_waiting(not_after=at(12)), at(11, 50))
    far = decide(a_waiting(not_after=at(12, day=5)), at(11, 50))

    assert isinstance(soon, Go)
    assert isinstance(far, Go)
    assert (soon.validity_seconds, far.validity_seconds) == (600, 36_000)


@pytest.mark.parametrize(("lane", "goes"), [(Lane.REPLY, True), (Lane.AUTOMATIC, False)])
def test_a_suspected_refusal_holds_what_no_person_wrote(lane: Lane, goes: bool) -> None:
    decision = decide(a_waiting(lane=lane, is_doubtful=True), at(12))

    assert isinstance(decision, Go) is goes


@given(st.lists(st.integers(1, 10), max_size=30), st.floats(-20, 30))
def test_tokens_go_below_nothing_by_less_than_one_text(segments: list[int], tokens: float) -> None:
    texts = [a_waiting(segments=count) for count in segments]

    going, _, left = choose(texts, tokens=tokens, now=at(12))

    assert left == pytest.approx(tokens - sum(go.text.segments for go in going))
    if going:
        assert left + going[-1].text.segments >= 0
    if len(going) < len(texts):
        assert left <= 0


@given(st.floats(-50, 1), st.floats(0.2, 500))
def test_after_the_wait_there_is_a_token(tokens: float, rate: float) -> None:
    wait = seconds_until_free(tokens, rate=rate)

    assert refilled(tokens, rate=rate, seconds=wait) > 0


def test_a_bucket_holds_one_second() -> None:
    assert refilled(0, rate=1, seconds=3600) == 1
    assert refilled(0, rate=300, seconds=3600) == 300
    assert refilled(0, rate=0.2, seconds=3600) == 1
