"""How what somebody typed is compared with names, numbers and id numbers (rule 2.13)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_PUNCTUATION_OF_NUMBERS = frozenset(" ()-./+\u00a0\u2010\u2011\u2012\u2013\u2014")
_FEWEST_DIGITS = 3
_UNSEEN = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for: every one of `words`, or else the digits of a number.

    `digits` is empty unless nothing but a number was typed.
    """

    words: tuple[str, ...]
    digits: str = ""


def plain(text: str) -> str:
    """Small letters without accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (letter for letter in decomposed if not unicodedata.combining(letter))
    # Control characters cannot be stored, nor looked for.
    seen = (" " if unicodedata.category(letter) in _UNSEEN else letter for letter in kept)
    return " ".join("".join(seen).split())


def search_text(names: Iterable[str], numbers: Iterable[str], id_number: str | None) -> str:
    """What a conversation is found by: names, numbers in E.164 (former ones too), id number."""
    parts = [*names, id_number or "", *sorted(set(numbers))]
    return " ".join(filter(None, (plain(part) for part in parts)))


def sort_name(first_name: str, last_name: str, sender: str | None) -> str:
    """What the list sorts names by: last name first; an unknown sender as what it texts from."""
    return plain(f"{last_name} {first_name}") or (sender or "")


def sought(typed: str) -> Sought:
    """What was typed, made ready for the search; a number may be typed in any format."""
    text = plain(typed)
    words = (word.strip(",;") for word in text.split())
    return Sought(words=tuple(filter(None, words)), digits=_digits(text))


def _digits(text: str) -> str:
    if not all(letter.isdecimal() or letter in _PUNCTUATION_OF_NUMBERS for letter in text):
        return ""
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) < _FEWEST_DIGITS:
        return ""
    # 00 dials abroad and one 0 dials out of town; stored numbers have neither.
    return digits.lstrip("0") or digits
