import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_conversations.domain.phone_numbers import (
    NumberFault,
    UnusableNumber,
    is_automatic_sender,
    parse_number,
)


@pytest.mark.parametrize(
    "typed",
    [
        "2025550123",
        "(202) 555-0123",
        "202.555.0123",
        "1-202-555-0123",
        "+1 202 555 0123",
        " 202 555 0123 ",
        "\u202a+1 202-555-0123\u202c",
        "(202) 555\u20110123",
    ],
)
def test_a_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert parse_number(typed, region="US") == "+12025550123"


def test_a_foreign_number_needs_its_country_code() -> None:
    assert parse_number("+44 20 7946 0123", region="US") == "+442079460123"
    assert parse_number("020 7946 0123", region="GB") == "+442079460123"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("555-0123", NumberFault.SHORT),
        ("911", NumberFault.SHORT),
        ("22000", NumberFault.SHORT),
        ("", NumberFault.INVALID),
        ("call me", NumberFault.INVALID),
        ("123 456 7890", NumberFault.INVALID),
        ("2" * 40, NumberFault.INVALID),
        ("+999 123", NumberFault.INVALID),
    ],
)
def test_what_cannot_be_texted_is_named(typed: str, fault: NumberFault) -> None:
    with pytest.raises(UnusableNumber) as refusal:
        parse_number(typed, region="US")

    assert refusal.value.fault is fault


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        number = parse_number(typed, region="US")
    except UnusableNumber:
        return
    assert parse_number(number, region="US") == number


@pytest.mark.parametrize(
    ("sender", "is_machine"),
    [("+12025550123", False), ("22000", True), ("AMZN", True), ("+123", True), ("", True)],
)
def test_short_codes_and_names_are_machines(sender: str, is_machine: bool) -> None:
    assert is_automatic_sender(sender) is is_machine
