"""How dates, times and numbers are spoken of."""

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest

from clientcomm_gateway.adapters.web.speech import (
    Speech,
    language_words,
    phone_words,
    zone_words,
)

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # a Wednesday, 3 PM in New York
ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("language", "at", "short", "long"),
    [
        ("en", "2026-03-04T14:05", "9:05 AM", "Wednesday, March 4, 2026, 9:05 AM"),
        ("en", "2026-03-04T17:00", "12:00 PM", "Wednesday, March 4, 2026, 12:00 PM"),
        ("en", "2026-03-03T04:59", "Mon 11:59 PM", "Monday, March 2, 2026, 11:59 PM"),
        ("en", "2026-01-05T15:00", "Jan 5", "Monday, January 5, 2026, 10:00 AM"),
        ("en", "2025-07-05T15:00", "Jul 5, 2025", "Saturday, July 5, 2025, 11:00 AM"),
        ("es", "2026-03-04T20:05", "15:05", "miércoles, 4 de marzo de 2026, 15:05"),
        ("es", "2026-01-05T15:00", "5 ene", "lunes, 5 de enero de 2026, 10:00"),
    ],
)
def test_a_moment_is_short_beside_a_text_and_long_where_there_is_room(
    language: str, at: str, short: str, long: str
) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)

    moment = Speech(language, NullTranslations(), NOW).moment(instant, ZONE)

    assert (moment.short, moment.long) == (short, long)
    assert datetime.fromisoformat(moment.iso) == instant


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+12025550123", "(202) 555-0123"),
        ("+442079460123", "+44 20 7946 0123"),
        ("BANK", "BANK"),
        ("22395", "22395"),
    ],
)
def test_our_numbers_are_national_and_others_international(value: str, shown: str) -> None:
    assert phone_words(value) == shown


def test_zones_and_languages_have_names() -> None:
    assert zone_words(ZONE, "en") == "Eastern Time"
    assert (zone_words("UTC", "en"), zone_words("Etc/GMT+5", "es")) == ("UTC", "GMT+5")
    assert zone_words("Not/AZone", "en") == "UTC"
    assert language_words("es", "en") == "Spanish"
    assert language_words("es", "es") == "Español"
    assert language_words("!!", "en") == "!!"
    assert language_words("inf", "en") == "Inf"
