"""One thread takes in another: what its row in the list shows afterwards (rule 2.5)."""

from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.thread import Thread

_A_SECOND = timedelta(seconds=1)


def take_in(survivor: Thread, absorbed: Thread) -> None:
    """Last contact, last text and delivery problem are the later ones of both."""
    survivor.last_contact_at = _later(survivor.last_contact_at, absorbed.last_contact_at)
    if _is_later(absorbed.last_text_at, survivor.last_text_at):
        survivor.last_text_at = absorbed.last_text_at
        survivor.last_text = absorbed.last_text
        survivor.last_text_direction = absorbed.last_text_direction
    if _is_later(absorbed.last_inbound_at, survivor.last_inbound_at):
        survivor.last_inbound_at = absorbed.last_inbound_at
        survivor.last_inbound_number = absorbed.last_inbound_number
        survivor.last_inbound_was_former = absorbed.last_inbound_was_former
    problem_at = _later(survivor.delivery_problem_at, absorbed.delivery_problem_at)
    is_over = _is_later(survivor.last_inbound_at, problem_at)
    survivor.delivery_problem_at = None if is_over else problem_at


def holder_after(survivor: Thread, absorbed: Thread) -> tuple[bool, UUID | None]:
    """Whether the survivor goes into other hands, and whose: a thread in use stays in use."""
    if survivor.state is ConversationState.OPEN:
        return False, None
    if absorbed.state is ConversationState.OPEN:
        return True, absorbed.assigned_to
    is_awaited = absorbed.state is ConversationState.UNASSIGNED
    return survivor.state is ConversationState.CLOSED and is_awaited, survivor.returns_to()


def ended_at(absorbed: Thread, now: datetime) -> datetime:
    """Where the marker of its end stands: a second after its last text, never ahead of time."""
    if absorbed.last_text_at is None:
        return now
    return min(now, absorbed.last_text_at + _A_SECOND)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if _is_later(other, one) else one


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)
