"""What becomes of an occurrence that was handed over, by what conversations says of its text."""

from dataclasses import dataclass

from clientcomm_contracts.values import MessageState, ScheduledState

_ORDER = (
    ScheduledState.SCHEDULED,
    ScheduledState.HANDED_OVER,
    ScheduledState.SENT,
    ScheduledState.CANCELED,
    ScheduledState.MISSED,
    ScheduledState.REFUSED,
)
_RANK = {state: rank for rank, state in enumerate(_ORDER)}

_BY_MESSAGE_STATE = {
    MessageState.SENT: ScheduledState.SENT,
    MessageState.DELIVERED: ScheduledState.SENT,
    MessageState.UNDELIVERED: ScheduledState.SENT,
    MessageState.FAILED: ScheduledState.REFUSED,
    MessageState.BLOCKED: ScheduledState.REFUSED,
    MessageState.CANCELED: ScheduledState.CANCELED,
    MessageState.MISSED: ScheduledState.MISSED,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A state that an occurrence came to, with the code of a refusal."""

    state: ScheduledState
    code: str | None = None

    @property
    def rank(self) -> int:
        """An occurrence never moves to a lower rank, whatever order events arrive in."""
        return _RANK[self.state]


WRITTEN = Outcome(ScheduledState.HANDED_OVER)


def of_message(state: MessageState, error_code: str | None) -> Outcome:
    """What a message's state means for its occurrence; the message itself tells the rest."""
    scheduled = _BY_MESSAGE_STATE.get(state, ScheduledState.HANDED_OVER)
    if scheduled is not ScheduledState.REFUSED:
        return Outcome(scheduled)
    return Outcome(scheduled, error_code or state.value)


def refused(code: str) -> Outcome:
    """Conversations, the last gate, did not write it: closed, or its limit had passed."""
    if code in _MISSED_CODES:
        return Outcome(ScheduledState.MISSED)
    return Outcome(ScheduledState.REFUSED, code)


_MISSED_CODES = frozenset({"missed", "not_after_passed"})
