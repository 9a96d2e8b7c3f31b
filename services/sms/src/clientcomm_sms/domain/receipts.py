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
class KnownAttempt:
    """An attempt that a receipt names."""

    token: UUID
    message_id: UUID
    sid: str | None
    state: str


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
