"""Names and labels as people see them: one line, without signs that no screen shows."""

import unicodedata

from clientcomm_conversations.domain.bodies import tidied

# They turn around what stands after them, the page's own words as well.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Letters and symbols by their category, but blank on every screen.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
_MARKS = frozenset({"Mn", "Me"})


def one_line(text: str) -> str:
    """A name or label: single spaces, nothing unseen around it; empty if there is nothing to see.

    Joiners within a word stay: Persian and emoji need them.
    """
    line = " ".join(tidied(text).translate(_TURNING).split())
    if all(_is_unseen(sign) or unicodedata.category(sign) in _MARKS for sign in line):
        return ""
    first = next(place for place, sign in enumerate(line) if not _is_unseen(sign))
    last = next(place for place in range(len(line), 0, -1) if not _is_unseen(line[place - 1]))
    return line[first:last]


def _is_unseen(sign: str) -> bool:
    return sign in _BLANK or unicodedata.category(sign) in _UNSEEN
