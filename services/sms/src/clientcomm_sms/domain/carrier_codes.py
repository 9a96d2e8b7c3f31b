"""The carrier's error codes: what each makes of a text, and what else follows (one table)."""

from dataclasses import dataclass
from enum import StrEnum

from clientcomm_contracts.values import MessageState


class SideEffect(StrEnum):
    """What a code changes beside the text that it came for."""

    NONE = "none"
    OPT_OUT = "opt_out"
    STOP_NUMBER = "stop_number"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A final state, a side effect, and whether the same text may safely be offered again."""

    state: MessageState
    side_effect: SideEffect = SideEffect.NONE
    retryable: bool = False


_FAILED = Meaning(MessageState.FAILED)
_UNDELIVERED = Meaning(MessageState.UNDELIVERED)
_ALARM = Meaning(MessageState.HELD, SideEffect.ALARM)
_BLOCKED = Meaning(MessageState.BLOCKED, SideEffect.OPT_OUT)
_BUSY = Meaning(MessageState.FAILED, SideEffect.NONE, retryable=True)

TOO_MANY_REQUESTS = "20429"

CODES: dict[str, Meaning] = {
    "20003": _ALARM,  # bad credentials: ours to mend, then to be sent
    "20404": _ALARM,  # account or resource not found
    TOO_MANY_REQUESTS: _BUSY,  # never processed
    "21211": _FAILED,  # not a number
    "21212": _ALARM,  # our number is not valid
    "21408": _FAILED,  # region not enabled
    "21602": _FAILED,  # nothing to send
    "21603": _ALARM,  # no sender
    "21604": _FAILED,  # no recipient
    "21606": _ALARM,  # our number cannot send
    "21610": _BLOCKED,  # opted out
    "21611": Meaning(MessageState.FAILED, SideEffect.STOP_NUMBER, retryable=True),  # queue full
    "21612": _FAILED,  # not reachable from our number
    "21614": _FAILED,  # cannot receive texts
    "21617": _FAILED,  # too long
    "30001": _FAILED,  # queue overflow
    "30002": _ALARM,  # account suspended
    "30003": _UNDELIVERED,  # handset unreachable
    "30004": _UNDELIVERED,  # blocked by the recipient or carrier
    "30005": _UNDELIVERED,  # unknown destination
    "30006": _UNDELIVERED,  # landline
    "30007": _UNDELIVERED,  # filtered
    "30008": _UNDELIVERED,  # unknown
    "30034": Meaning(MessageState.UNDELIVERED, SideEffect.ALARM),  # sender not registered
    "30036": Meaning(MessageState.MISSED),  # validity period over (rule 4.4)
    "30450": _UNDELIVERED,  # pumping protection
    "30610": _UNDELIVERED,  # carrier's quiet hours
    "30640": _UNDELIVERED,  # compliance
}


def refusal_of(code: str) -> Meaning:
    """What a 4xx answer to a hand-over means; an unknown code is a failure."""
    return CODES.get(code, _FAILED)


def failure_of(state: MessageState, code: str | None) -> MessageState:
    """The state for a receipt that reports a failure with this code."""
    meaning = CODES.get(code or "")
    if meaning is None or not meaning.state.is_final:
        return state
    if meaning.state in {MessageState.MISSED, MessageState.BLOCKED}:
        return meaning.state
    return state


def opts_out(code: str | None) -> bool:
    """Whether the code says that the number opted out at the carrier."""
    return CODES.get(code or "", _FAILED).side_effect is SideEffect.OPT_OUT
