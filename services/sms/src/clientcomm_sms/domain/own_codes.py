"""Our own codes for what became of a text, beside those of the carrier.

conversations has a sentence for people for each of them.
"""

from enum import StrEnum

_HTTP = "http_"


class OwnCode(StrEnum):
    """Why a text stays, or what is not certain about it."""

    OPTED_OUT = "opted_out"
    NOT_AFTER_PASSED = "not_after_passed"
    SUSPECTED_REFUSAL = "suspected_refusal"
    QUIET_HOURS = "quiet_hours"
    CARRIER_UNREACHABLE = "carrier_unreachable"
    NO_ANSWER = "no_answer"
    UNREADABLE_ANSWER = "unreadable_answer"
    UNEXPECTED_ERROR = "unexpected_error"
    PROCESS_DIED = "process_died"
    RESTORED = "restored"
    NO_MATCH = "no_match"
    NO_RECEIPT = "no_receipt"
    DUPLICATE = "duplicate"


def http_code(status: int) -> str:
    """An answer of the carrier that says neither yes nor no."""
    return f"{_HTTP}{status}"
