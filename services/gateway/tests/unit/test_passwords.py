"""Which passwords are accepted (rule 1.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_gateway.domain.passwords import PasswordProblem, problem_with

COMMON = (
    "password1234", "Password-2026", "123456789012", "987654321098", "qwertyuiop12",
    "Iloveyou2024!", "letmein12345", "1q2w3e4r5t6y", "P@ssw0rd1234", "aaaaaaaaaaaa",
    "passwordpassword", "summer2024!!!", "abcdefghijkl", "contraseña2026",
    "correcthorsebatterystaple", "Summer-Winter-1", "welcome!welcome", "qazwsxedcrfv",
    "ClientComm2026",
)  # fmt: skip


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_uses_is_refused(password: str) -> None:
    assert problem_with(password) is PasswordProblem.COMMON


@pytest.mark.parametrize(
    "password",
    [
        "plumber walks north",
        "k7mq-2xdp-9fwt",
        "una frase de cuatro",
        "ŷøü 漢字 are fine too",
        "x" * 6 + "plokqa" * 20,
    ],
)
def test_a_sentence_or_a_random_string_is_accepted(password: str) -> None:
    assert problem_with(password) is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("eleven char", PasswordProblem.TOO_SHORT),
        ("a1 " * 43, PasswordProblem.TOO_LONG),
        ("maria.gomez2026", PasswordProblem.PERSONAL),
        ("2026-GOMEZ-maria", PasswordProblem.PERSONAL),
    ],
)
def test_what_is_wrong_is_named(password: str, problem: PasswordProblem) -> None:
    assert problem_with(password, ("maria.gomez@example.org", "Maria Gomez")) is problem


def test_twelve_and_128_characters_are_enough_and_not_too_many() -> None:
    assert problem_with("kite mud sag") is None
    assert problem_with(("kite mud sag" * 11)[:128]) is None
    assert problem_with(("kite mud sag" * 11)[:129]) is PasswordProblem.TOO_LONG


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_gets_an_answer(password: str, personal: list[str]) -> None:
    assert problem_with(password, personal) in {None, *PasswordProblem}
