"""How many segments the carrier counts for a text (rule 3.1): GSM-7 or UCS-2, packed greedily."""

from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION
_PLANE_END = 0xFFFF


class Encoding(StrEnum):
    """How a text travels."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


_ALONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_JOINED = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Measure:
    """A text as the carrier counts it; `units` are septets or 16-bit units."""

    encoding: Encoding
    units: int
    segments: int


def encoding_of(text: str) -> Encoding:
    """GSM-7 if every character is in its alphabet or extension table, else UCS-2."""
    return Encoding.GSM_7 if _GSM.issuperset(text) else Encoding.UCS_2


def measure(text: str) -> Measure:
    """Encoding, length and number of segments; an empty text (a picture alone) counts one."""
    encoding = encoding_of(text)
    units = _units(text, encoding)
    if units <= _ALONE[encoding]:
        return Measure(encoding, units, 1)
    return Measure(encoding, units, _packed(text, encoding))


def count_segments(text: str) -> int:
    """The number of segments alone."""
    return measure(text).segments


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return len(text) + sum(map(text.count, _EXTENSION))
    return len(text) + sum(1 for character in text if ord(character) > _PLANE_END)


def _packed(text: str, encoding: Encoding) -> int:
    """Fill one segment after the other; a character of two units is never cut in two."""
    room = _JOINED[encoding]
    segments, used = 1, 0
    for character in text:
        width = _width(character, encoding)
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > _PLANE_END else 1
