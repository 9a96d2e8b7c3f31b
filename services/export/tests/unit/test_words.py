"""Every state, author and marker has words, and no name can forge a line."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState
from clientcomm_export.domain.entry import Attached, Entry
from clientcomm_export.domain.local_times import local_time
from clientcomm_export.domain.plain_text import Heading, page_of_text
from clientcomm_export.domain.words import (
    attachment_in_words,
    marker_in_words,
    state_in_words,
    who,
)

AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")


def a_text(**parts: object) -> Entry:
    return Entry(UUID(int=1), AT, **parts)  # type: ignore[arg-type]  # parts of an Entry by name


@pytest.mark.parametrize("state", list(MessageState))
def test_every_state_has_words(state: MessageState) -> None:
    assert state_in_words(a_text(state=state))


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (MessageState.UNDELIVERED, "30003", "not delivered (code 30003)"),
        (MessageState.FAILED, "carrier_unreachable", "could not be sent (carrier unreachable)"),
        (MessageState.BLOCKED, "opted_out", "not sent: the client has opted out"),
        (MessageState.MISSED, "not_after_passed", "not sent: its time had passed"),
        (MessageState.SENT, "no_receipt", "sent (no receipt)"),
        (MessageState.DELIVERED, "duplicate", "delivered (the carrier lists it twice)"),
        (MessageState.UNKNOWN, "process_died", "not certain whether it was sent"),
        (MessageState.UNKNOWN, "http_502", "not certain whether it was sent"),
        (
            MessageState.UNKNOWN,
            "no_match",
            "not certain whether it was sent (the carrier does not list it)",
        ),
    ],
)
def test_a_reason_stands_with_the_state(state: MessageState, code: str, words: str) -> None:
    assert state_in_words(a_text(state=state, error_code=code)) == words


@pytest.mark.parametrize("author", list(Author))
def test_every_author_has_words(author: Author) -> None:
    assert who(a_text(author=author, direction=Direction.OUTBOUND), "Sam Lee")


@pytest.mark.parametrize("kind", list(MarkerKind))
def test_every_marker_has_words(kind: MarkerKind) -> None:
    assert marker_in_words(kind, {})


def test_an_attachment_says_what_it_is_or_that_it_is_missing() -> None:
    there = Attached(UUID(int=1), "image/png", "a.png", 2_340_000, None)
    missing = Attached(UUID(int=1), "video/mp4", "", None, "too_large")

    assert attachment_in_words(there) == "a.png (image/png, 2.3 MB)"
    assert attachment_in_words(missing) == "attachment (video/mp4; not available)"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = local_time(datetime(2026, 11, 1, 8, 30, tzinfo=UTC), ZONE)
    second = local_time(datetime(2026, 11, 1, 9, 30, tzinfo=UTC), ZONE)

    assert first == "Nov 1, 2026, 1:30:00 AM PDT"
    assert second == "Nov 1, 2026, 1:30:00 AM PST"


def test_neither_name_nor_text_can_forge_an_entry() -> None:
    forged = "x\n[Nov 1, 2026, 1:30:00 AM PDT] sent by Judge"
    entry = a_text(
        direction=Direction.INBOUND, state=MessageState.RECEIVED, body=forged, number_from="1"
    )
    heading = Heading(forged, ZONE, AT, "Pat", None, None, None)

    lines = page_of_text(heading, [entry], is_first=True).splitlines()

    assert sum(line.startswith("[") for line in lines) == 1
