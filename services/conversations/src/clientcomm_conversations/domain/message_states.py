"""Where an outbound text may go from where it is (rule 3.2): ranks as a transition table."""

from collections.abc import Mapping
from types import MappingProxyType

from clientcomm_contracts.values import MessageState

ON_THE_WAY = frozenset({MessageState.QUEUED, MessageState.SENDING})
"""States that hold back the next text of the lane, and count against a slice of bulk."""

_OUTBOUND = frozenset(MessageState) - {MessageState.RECEIVED}


def _follows(before: MessageState, after: MessageState) -> bool:
    """Never to a lower rank.

    Of two final states sms reports a second one only when it has settled it with the carrier.
    """
    return after is not before and after.rank >= before.rank


TRANSITIONS: Mapping[MessageState, frozenset[MessageState]] = MappingProxyType(
    {
        before: frozenset(after for after in _OUTBOUND if _follows(before, after))
        for before in _OUTBOUND
    }
    | {MessageState.RECEIVED: frozenset()}
)


def may_become(before: MessageState, after: MessageState) -> bool:
    """True if a text in one state may be moved to the other."""
    return after in TRANSITIONS[before]


def is_success(state: MessageState) -> bool:
    """The carrier took it, or the phone has it: an earlier delivery problem is over."""
    return state in {MessageState.SENT, MessageState.DELIVERED}


def may_be_sent_again(state: MessageState) -> bool:
    """*Send again* is offered for what surely did not arrive, and for what a person must judge."""
    return state.is_failure or state is MessageState.CANCELED
