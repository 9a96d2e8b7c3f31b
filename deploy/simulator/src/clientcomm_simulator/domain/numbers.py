"""Phone numbers in E.164, and the numbers on which the carrier does something special."""

from __future__ import annotations

import re
from typing import NewType

from .refusals import Refusal

PhoneNumber = NewType("PhoneNumber", str)

_E164 = re.compile(r"\+[1-9]\d{6,14}\Z")
_NORTH_AMERICA = re.compile(r"\+1[2-9]\d{9}\Z")
_PUNCTUATION = re.compile(r"[\s().-]")

_MOST_DIGITS = 9
ALWAYS_VALID_SENDER = "+15005550006"

REFUSED_SENDERS = {
    "+15005550001": 21212,
    "+15005550007": 21606,
    "+15005550008": 21611,
}
REFUSED_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


def parse_number(text: str) -> PhoneNumber | None:
    """E.164 of what was typed, or None; ten digits are taken as North American."""
    if _E164.match(text):
        number = text
    else:
        digits = _PUNCTUATION.sub("", text)
        if digits.isascii() and digits.isdigit():
            digits = {10: "+1", 11: "+"}.get(len(digits), "") + digits
        number = digits
        if not _E164.match(number):
            return None
    if number.startswith("+1") and not _NORTH_AMERICA.match(number):
        return None
    return PhoneNumber(number)


def whole_number(text: str) -> int | None:
    """A number of at most nine plain digits, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def recipient(text: str) -> PhoneNumber:
    """The number to send to; raises the carrier's refusal for what it cannot send to."""
    number = parse_number(text)
    if number is None:
        raise Refusal(21211, text)
    if number in REFUSED_RECIPIENTS:
        code = REFUSED_RECIPIENTS[number]
        raise Refusal(code, number)
    return number


def sender(text: str) -> PhoneNumber:
    """The number to send from; raises the carrier's refusal for what cannot be one."""
    number = parse_number(text)
    if number is None:
        raise Refusal(21212, text)
    if number in REFUSED_SENDERS:
        raise Refusal(REFUSED_SENDERS[number], number)
    return number
