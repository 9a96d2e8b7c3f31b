"""Where scheduled texts stand after merges, and which closings end them (rules 2.5, 2.11)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from clientcomm_scheduler.domain.conversation import Conversation, is_closed_since, path_from

START = datetime(2026, 6, 1, tzinfo=UTC)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def minute(count: int | None) -> datetime | None:
    return None if count is None else START + timedelta(minutes=count)


def a_conversation(
    one: UUID, *, closed: int | None = None, merged: int | None = None, into: UUID | None = None
) -> Conversation:
    return Conversation(one, closed_at=minute(closed), merged_at=minute(merged), merged_into=into)


@pytest.mark.parametrize(
    ("closed_a", "merged", "closed_b", "ends"),
    [
        (None, None, None, False),
        (5, None, None, True),
        (-5, None, None, False),
        (0, None, None, False),
        (5, 10, None, True),
        (None, 10, 15, True),
        # The survivor was closed before the text came to it.
        (None, 10, 5, False),
        (-5, 10, 5, False),
    ],
)
def test_a_closing_ends_what_stood_there_then(
    closed_a: int | None, merged: int | None, closed_b: int | None, *, ends: bool
) -> None:
    known = {
        A: a_conversation(A, closed=closed_a, merged=merged, into=B if merged else None),
        B: a_conversation(B, closed=closed_b),
    }

    assert is_closed_since(START, path_from(A, known)) is ends


def test_a_path_leads_over_all_merges() -> None:
    known = {
        A: a_conversation(A, merged=1, into=B),
        B: a_conversation(B, merged=2, into=C),
        C: a_conversation(C),
    }

    assert [one.id for one in path_from(A, known)] == [A, B, C]


def test_a_circle_of_merges_ends() -> None:
    known = {A: a_conversation(A, merged=1, into=B), B: a_conversation(B, merged=2, into=A)}

    assert [one.id for one in path_from(A, known)] == [A, B]
