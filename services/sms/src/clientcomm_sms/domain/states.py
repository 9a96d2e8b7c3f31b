"""How the state of an outbound text may move (rule 3.2)."""

from dataclasses import replace
from datetime import datetime, timedelta

from clientcomm_contracts.values import MessageState
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.texts import Move, Standing

_CARRIER = {
    "accepted": MessageState.SENT,
    "scheduled": MessageState.SENT,
    "queued": MessageState.SENT,
    "sending": MessageState.SENT,
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.UNDELIVERED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.CANCELED,
    "partially_delivered": MessageState.SENT,
}

_POLLS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 360, 1440, 2880, 4320, 5760, 7200))

_SWAPPING = frozenset({MessageState.QUEUED, MessageState.HELD})


def state_of_status(status: str) -> MessageState | None:
    """Our state for the carrier's status; None for one that says nothing about an outbound text."""
    return _CARRIER.get(status)


def may_follow(current: MessageState, new: MessageState) -> bool:
    """Whether `new` may be shown after `current`: only upwards, but queued and held may swap."""
    if new.rank > current.rank:
        return True
    return new is not current and new in _SWAPPING and current in _SWAPPING


def contradicts(current: MessageState, new: MessageState) -> bool:
    """Two different final states: the carrier is to be asked."""
    return current.is_final and new.is_final and current is not new


def moved(
    standing: Standing,
    state: MessageState,
    *,
    error_code: str | None = None,
    look_at: datetime | None = None,
    segments: int | None = None,
    sid: str | None = None,
) -> Move | None:
    """The move to `state`, or None where the ranks forbid it.

    Shown as final though uncertain is only what had adopted another text's sid; that is corrected.
    """
    if not may_follow(standing.state, state):
        return None
    is_corrected = standing.state is MessageState.UNKNOWN and contradicts(standing.reported, state)
    is_reported = may_follow(standing.reported, state) or is_corrected
    return Move(
        message_id=standing.message_id,
        state=state,
        is_reported=is_reported,
        reported=state if is_reported else standing.reported,
        error_code=error_code or _lasting(standing),
        look_at=look_at,
        segments=segments,
        sid=sid,
    )


def back_into_queue(
    standing: Standing, *, retry_after: float, code: str | None, is_shown: bool = True
) -> Move:
    """A safe retry: waits inside for so many seconds, is shown as sending (rule 3.2)."""
    shown = _higher(standing.reported, MessageState.SENDING) if is_shown else standing.reported
    return Move(
        message_id=standing.message_id,
        state=MessageState.QUEUED,
        is_reported=shown is not standing.reported,
        reported=shown,
        error_code=code,
        retry_after=retry_after,
    )


def shown_as_sending(standing: Standing) -> Move | None:
    """An attempt that takes its time; the lease stays, only the others hear of it."""
    if not may_follow(standing.reported, MessageState.SENDING):
        return None
    return Move(
        message_id=standing.message_id,
        state=standing.state,
        is_reported=True,
        reported=MessageState.SENDING,
        keeps_lease=True,
    )


def held_after_refusal(standing: Standing, *, code: str, look_at: datetime) -> Move:
    """A refusal that is ours to mend: kept back, offered again later, shown where it may be."""
    return Move(
        message_id=standing.message_id,
        state=MessageState.HELD,
        is_reported=may_follow(standing.reported, MessageState.HELD),
        reported=_higher(standing.reported, MessageState.HELD),
        error_code=code,
        look_at=look_at,
    )


def settled(standing: Standing, state: MessageState, *, error_code: str | None) -> Move:
    """What the carrier answered when asked; it overrules one final state by another."""
    return Move(
        message_id=standing.message_id,
        state=state,
        is_reported=state is not standing.reported,
        reported=state,
        error_code=error_code or _lasting(standing),
    )


def repeated(
    standing: Standing,
    *,
    error_code: str | None,
    look_at: datetime | None = None,
    is_reported: bool = True,
) -> Move:
    """The same state again, with a remark for the person (no receipt, no match)."""
    return Move(
        message_id=standing.message_id,
        state=standing.state,
        is_reported=is_reported,
        reported=standing.reported,
        error_code=error_code or _lasting(standing),
        look_at=look_at,
    )


def uncertain_again(standing: Standing, now: datetime) -> Move:
    """What it had adopted is another text's; what was shown of it does not go back meanwhile."""
    return Move(
        message_id=standing.message_id,
        state=MessageState.UNKNOWN,
        is_reported=False,
        reported=standing.reported,
        look_at=now,
    )


def not_listed(
    standing: Standing, *, error_code: str | None, look_at: datetime | None, is_new: bool
) -> Move:
    """The carrier does not list it; shown as sent or more by mistake, it is shown as failed."""
    move = repeated(standing, error_code=error_code, look_at=look_at, is_reported=is_new)
    if is_new and standing.reported.rank > MessageState.UNKNOWN.rank:
        return replace(move, reported=MessageState.FAILED)
    return move


def _lasting(standing: Standing) -> str | None:
    """That the carrier has a second copy stays said, whatever becomes of the first."""
    return OwnCode.DUPLICATE if standing.error_code == OwnCode.DUPLICATE else None


def _higher(reported: MessageState, new: MessageState) -> MessageState:
    return new if may_follow(reported, new) else reported


def next_poll(sent_at: datetime, now: datetime) -> datetime | None:
    """When a text without a receipt is looked up at the carrier next; None after five days."""
    return next((sent_at + wait for wait in _POLLS if sent_at + wait > now), None)
