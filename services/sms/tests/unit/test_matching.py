from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clientcomm_sms.domain.carrier import CarrierText
from clientcomm_sms.domain.matching import Sought, body_hash, matches, possible
from clientcomm_sms.domain.settling import after_empty_poll

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OURS, CLIENT = "+15005550006", "+15125550101"
SOUGHT = Sought(OURS, CLIENT, "It\u2019s \u201ctoday\u201d \u2013 at 9\u2026", NOW)
LISTED = CarrierText(
    "SM1", "outbound-api", OURS, CLIENT, 'It\'s "today" - at 9...', "sent", None, NOW
)


def test_the_carriers_smart_encoding_does_not_hide_a_match() -> None:
    assert matches(SOUGHT, [LISTED], set()) == [LISTED]
    assert body_hash(SOUGHT.body) == body_hash(LISTED.body)


@pytest.mark.parametrize(
    "other",
    [
        {"direction": "inbound"},
        {"direction": "outbound-reply"},
        {"number_to": "+15125550102"},
        {"number_from": "+15005550007"},
        {"body": "another"},
        {"date_created": NOW - timedelta(seconds=6)},
    ],
)
def test_a_text_that_differs_in_anything_is_no_match(other: dict[str, Any]) -> None:
    assert matches(SOUGHT, [replace(LISTED, **other)], set()) == []


def test_a_text_that_belongs_to_another_attempt_is_no_match() -> None:
    assert matches(SOUGHT, [LISTED], {"SM1"}) == []


def test_of_two_matches_the_older_comes_first() -> None:
    younger = replace(LISTED, sid="SM2", date_created=NOW + timedelta(seconds=1))

    assert [found.sid for found in matches(SOUGHT, [younger, LISTED], set())] == ["SM1", "SM2"]


def test_a_blanked_copy_is_possible_but_not_certain() -> None:
    blanked = replace(LISTED, body="")

    assert matches(SOUGHT, [blanked], set()) == []
    assert possible(SOUGHT, [blanked], set()) == [blanked]


def test_no_match_needs_two_polls_and_four_minutes() -> None:
    def verdict(polls: int, minutes: float) -> bool:
        now = NOW + timedelta(minutes=minutes)
        return after_empty_poll(uncertain_since=NOW, polls=polls, now=now).is_no_match

    assert not verdict(1, 10)
    assert not verdict(2, 3.9)
    assert verdict(2, 4)


def test_polls_are_two_minutes_apart_and_go_on_rarely_after_no_match() -> None:
    first = after_empty_poll(uncertain_since=NOW, polls=1, now=NOW)
    last = after_empty_poll(uncertain_since=NOW, polls=9, now=NOW + timedelta(days=3))

    assert first.look_at == NOW + timedelta(minutes=2)
    assert last.look_at is None
