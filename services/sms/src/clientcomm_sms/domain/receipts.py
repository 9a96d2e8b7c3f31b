"""Receipts of the carrier, and what several of them together make of a text (rule 3.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import MessageState
from clientcomm_sms.domain.carrier_codes import failure_of
from clientcomm_sms.domain.states import contradicts, state_of_status


@dataclass(frozen=True, slots=True)
class Receipt:
    """One status callback."""

    sid: str
    status: str
    token: UUID | None
    error_code: str | None
    received_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class Named:
    """A receipt with the attempt that it names by token or sid, and the state of its text."""

    receipt: Receipt
    token: UUID | None
    message_id: UUID | None
    known_sid: str | None
    state: MessageState | None

    def may_change_something(self) -> bool:
        """Not a receipt below what is known, nor one that names no text of ours.

        Read without a lock: a text only rises, so what is below its state now stays so. A final
        one may contradict.
        """
        if self.message_id is None or self.state is None:
            return False
        state = _state(self.receipt)
        if self.known_sid is None or state is None:
            return self.known_sid is None
        return state.rank > self.state.rank or state.is_final


@dataclass(frozen=True, slots=True)
class Tidings:
    """The highest state that receipts tell of; `is_contradictory`: the carrier is to be asked."""

    state: MessageState
    error_code: str | None
    is_contradictory: bool


def tidings(current: MessageState, receipts: Iterable[Receipt]) -> Tidings | None:
    """Fold receipts in any order into what they say beyond the current state; None: nothing."""
    best: MessageState | None = None
    code: str | None = None
    is_contradictory = False
    for receipt in receipts:
        state = _state(receipt)
        if state is None:
            continue
        is_contradictory |= contradicts(best or current, state) or contradicts(current, state)
        if best is None or state.rank > best.rank:
            best, code = state, receipt.error_code
    return None if best is None else Tidings(best, code, is_contradictory)


def _state(receipt: Receipt) -> MessageState | None:
    state = state_of_status(receipt.status)
    if state is None or not state.is_failure:
        return state
    return failure_of(state, receipt.error_code)
