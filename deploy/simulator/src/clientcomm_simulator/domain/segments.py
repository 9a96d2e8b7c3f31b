"""How many segments a text takes on the air."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENDED

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


def count_segments(text: str) -> int:
    """Segments of a text, at least one; a wide character is never split between two."""
    length = len(text)
    if length <= UCS2_SINGLE and text.isascii() and text.isalnum():
        return 1
    if _GSM.issuperset(text):
        extended = not _BASIC.issuperset(text)
        if length + (length if extended else 0) <= GSM_SINGLE:
            return 1
        widths = [2 if letter in _EXTENDED else 1 for letter in text] if extended else None
        return _pack(length, widths, GSM_SINGLE, GSM_PART)
    wide = not text.isascii() and max(text) > "\uffff"
    widths = [2 if letter > "\uffff" else 1 for letter in text] if wide else None
    return _pack(length, widths, UCS2_SINGLE, UCS2_PART)


def _pack(length: int, widths: list[int] | None, single: int, part: int) -> int:
    total = length if widths is None else sum(widths)
    if total <= single:
        return 1
    if widths is None:
        return -(-total // part)
    segments, free = 1, part
    for width in widths:
        if width > free:
            segments, free = segments + 1, part
        free -= width
    return segments
