"""Phone numbers as people write them, as we keep them, and senders that are none (rule 2.3)."""

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class NumberFault(StrEnum):
    """Why a number cannot receive texts."""

    INVALID = "number_invalid"
    SHORT = "number_short"


class UnusableNumber(Exception):
    """What was typed is not a number that can be texted."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_number(typed: str, *, region: str) -> str:
    """E.164 of a number as typed. Raises UnusableNumber."""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise UnusableNumber(_fault_of(error.error_type)) from None
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    reason = phonenumbers.is_possible_number_with_reason(number)
    short = {
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    }
    raise UnusableNumber(NumberFault.SHORT if reason in short else NumberFault.INVALID)


def is_phone(sender: str) -> bool:
    """True for a full number behind which a person may be."""
    return _E164.fullmatch(sender) is not None


@lru_cache(maxsize=4096)
def is_landline(value: str) -> bool:
    """True for what is known as a fixed line; where the two cannot be told apart, False."""
    if not is_phone(value):
        return False
    number = phonenumbers.parse(value, None)
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


def is_automatic_sender(sender: str) -> bool:
    """True for short codes and names: machines text from them (rule 3.8)."""
    return not is_phone(sender)


def _fault_of(error_type: int) -> NumberFault:
    too_short = {
        phonenumbers.NumberParseException.TOO_SHORT_NSN,
        phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
    }
    return NumberFault.SHORT if error_type in too_short else NumberFault.INVALID
