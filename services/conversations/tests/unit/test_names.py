"""Names that nobody could see, or that would turn the page's own words around."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_conversations.domain.names import one_line

OVERRIDE, POP, ISOLATE = "\u202e", "\u202c", "\u2066"


@pytest.mark.parametrize(
    "unseen",
    ["", " ", "\u00a0", "\u200b", "\ufeff \u2060", "\u200e\u200f", "\u3164", "\u2800\u2003",
     "\u00ad", "\u200d\ufe0f", OVERRIDE, "\u2028", "\u0301"],
)  # fmt: skip
def test_what_nobody_sees_is_no_name(unseen: str) -> None:
    assert one_line(unseen) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u00a0 Mia \u200b", "Mia"),
        ("\ufeffMia\u2003 Stone\u3164", "Mia Stone"),
        (f"{OVERRIDE}eniM{POP}", "eniM"),
        (f"Mia {ISOLATE}Stone", "Mia Stone"),
        ("Mi\x07a\r\nStone", "Mia Stone"),
        ("\u06cc\u0648\u200c\u0646\u0633", "\u06cc\u0648\u200c\u0646\u0633"),
        ("Jos\u0065\u0301", "Jos\u0065\u0301"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_a_name_keeps_what_is_seen_and_how_it_is_joined(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_line_once_tidied_stays_as_it_is_and_turns_nothing_around(typed: str) -> None:
    line = one_line(typed)

    assert one_line(line) == line
    assert not any("\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" for sign in line)
