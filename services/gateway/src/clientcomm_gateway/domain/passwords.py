"""Which passwords are accepted (rule 1.4): long enough, not common, not about oneself."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

from clientcomm_gateway.domain.common_passwords import COMMON_WORDS, KEYBOARD_RUNS

SHORTEST = 12
LONGEST = 128
_LEAST_PERSONAL = 4
_LEAST_DIFFERENT = 5
_LEET = str.maketrans("013457@$!|", "oieastasil")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PERSONAL = "personal"


def normalised(password: str) -> str:
    """The same text for the same keys, whichever keyboard typed it (Unicode NFC)."""
    return unicodedata.normalize("NFC", password)


def problem_with(password: str, personal: Iterable[str] = ()) -> PasswordProblem | None:
    """What is wrong with a new password, or None; `personal` are names that others know."""
    text = normalised(password)
    if len(text) < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if len(text) > LONGEST:
        return PasswordProblem.TOO_LONG
    if _is_common(text.casefold()):
        return PasswordProblem.COMMON
    if _is_personal(text.casefold(), personal):
        return PasswordProblem.PERSONAL
    return None


def _is_common(text: str) -> bool:
    if len(set(text)) < _LEAST_DIFFERENT or _is_run(text):
        return True
    return any(_is_made_of_words(form) for form in _forms(text))


def _forms(text: str) -> Iterable[str]:
    """The text bare of what people append and of the letters that they disguise."""
    yield text
    bare = _EDGES.sub("", text)
    yield bare
    yield bare.translate(_LEET)
    yield _EDGES.sub("", text.translate(_LEET))


def _is_made_of_words(form: str) -> bool:
    """One listed word, or the same or two listed words after each other."""
    if form in COMMON_WORDS:
        return True
    return any(
        form[:cut] in COMMON_WORDS and _EDGES.sub("", form[cut:]) in COMMON_WORDS
        for cut in range(3, len(form) - 2)
    )


def _is_run(text: str) -> bool:
    """Keys or characters in the order in which they lie, once or over and over."""
    pieces = [run for run in KEYBOARD_RUNS if _is_piece_of(text, run)]
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return bool(pieces) or steps <= {1, -9} or steps <= {-1, 9}


def _is_piece_of(text: str, run: str) -> bool:
    endless = run * (LONGEST // len(run) + 2)
    return text in endless or text in endless[::-1]


def _is_personal(text: str, personal: Iterable[str]) -> bool:
    """Nothing is left but what others know, some digits and signs."""
    rest = text
    for word in sorted(personal, key=len, reverse=True):
        for part in re.split(r"[\W_]+", word.casefold()):
            if len(part) >= _LEAST_PERSONAL:
                rest = rest.replace(part, "")
    return rest != text and len(_EDGES.sub("", rest)) < _LEAST_PERSONAL
