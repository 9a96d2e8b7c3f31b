"""The part of a text around the words that were found in it."""

from collections.abc import Iterable
from dataclasses import dataclass

BEGIN, END = "\x02", "\x03"
"""What the database puts around a found word; taken out of texts before."""

_LONGEST = 200
_BEFORE = 60
_MORE = "…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text."""

    text: str
    is_found: bool


def snippet(marked: Iterable[str]) -> tuple[Part, ...]:
    """One text that was marked several times (once per language), cut to what is worth showing."""
    copies = list(marked)
    text = _unmarked(copies[0])
    found = _joined(span for copy in copies if _unmarked(copy) == text for span in _spans(copy))
    begin = _begin(text, found[0][0]) if found else 0
    end = _end(text, begin)
    parts = list(_parts(text, found, begin, end))
    if begin:
        parts.insert(0, Part(_MORE, is_found=False))
    if end < len(text):
        parts.append(Part(_MORE, is_found=False))
    return tuple(parts)


def _unmarked(copy: str) -> str:
    return copy.replace(BEGIN, "").replace(END, "")


def _spans(copy: str) -> Iterable[Span]:
    place, begun = 0, None
    for sign in copy:
        if sign == BEGIN:
            begun = place
        elif sign == END:
            if begun is not None:
                yield begun, place
            begun = None
        else:
            place += 1


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _begin(text: str, first_found: int) -> int:
    """Some way before the first found word, at the beginning of a word where there is one."""
    if first_found <= _BEFORE or len(text) <= _LONGEST:
        return 0
    earliest = first_found - _BEFORE
    gap = text.find(" ", earliest, first_found)
    return earliest if gap < 0 else gap + 1


def _end(text: str, begin: int) -> int:
    latest = begin + _LONGEST
    if latest >= len(text):
        return len(text)
    gap = text.rfind(" ", begin + _LONGEST // 2, latest)
    return latest if gap < 0 else gap


def _parts(text: str, found: Iterable[Span], begin: int, end: int) -> Iterable[Part]:
    place = begin
    cut = ((max(first, begin), min(last, end)) for first, last in found)
    for first, last in cut:
        if first >= last:
            continue
        if place < first:
            yield Part(text[place:first], is_found=False)
        yield Part(text[first:last], is_found=True)
        place = last
    if place < end:
        yield Part(text[place:end], is_found=False)
