import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_conversations.domain.search_words import (
    Sought,
    plain,
    search_text,
    sort_name,
    sought,
)

TEXT = search_text(("Inés", "Peña Ortiz"), ["+13125550142", "+17205550107"], "JC-10214")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("peña", Sought(("pena",))),
        ("PENA, Inés", Sought(("pena", "ines"))),
        ("  ", Sought(())),
        ("(312) 555-0142", Sought(("(312)", "555-0142"), "3125550142")),
        ("+1 312.555.0142", Sought(("+1", "312.555.0142"), "13125550142")),
        ("001 312 555 0142", Sought(("001", "312", "555", "0142"), "13125550142")),
        ("0142", Sought(("0142",), "142")),
        ("12", Sought(("12",))),
        ("JC-10214", Sought(("jc-10214",))),
    ],
)
def test_what_was_typed_is_made_ready(typed: str, expected: Sought) -> None:
    assert sought(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("ines", "Peña", "pena ortiz", "jc-10214", "10214"),
        *("(312) 555-0142", "312-555-0142", "+13125550142", "1 312 555 0142", "5550107"),
    ],
)
def test_names_numbers_and_id_numbers_are_found_as_typed(typed: str) -> None:
    looked_for = sought(typed)

    by_words = all(word in TEXT for word in looked_for.words)
    by_digits = bool(looked_for.digits) and looked_for.digits in TEXT
    assert by_words or by_digits


def test_names_sort_by_last_name_without_case_and_accents() -> None:
    names = [("Zoe", "Abbott"), ("Álex", "álvarez"), ("Ann", "Abbott")]

    ordered = sorted(names, key=lambda name: sort_name(name[0], name[1], None))

    assert ordered == [("Ann", "Abbott"), ("Zoe", "Abbott"), ("Álex", "álvarez")]
    assert sort_name("", "", "+13125550142") == "+13125550142"


@given(st.text())
def test_made_ready_twice_is_made_ready_once(text: str) -> None:
    once = plain(text)

    assert plain(once) == once


@given(st.text(max_size=60))
def test_anything_can_be_looked_for(text: str) -> None:
    looked_for = sought(text)

    assert all(looked_for.words)
    assert not looked_for.digits or looked_for.digits.isdecimal()
