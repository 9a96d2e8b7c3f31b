"""One inbound text moves from one client's thread to another's (rule 2.6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import Direction
from clientcomm_conversations.domain.thread import SHOWN_OF_LAST_TEXT, Thread


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text that a phone sent, where it stands now."""

    id: UUID
    conversation_id: UUID
    department_id: UUID
    number_from: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Sharer:
    """A client of the department who has the number now."""

    client_id: UUID
    conversation_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Latest:
    """What is last in a thread, read anew after something left it."""

    contact_at: datetime | None = None
    text: str = ""
    text_direction: Direction | None = None
    text_at: datetime | None = None
    inbound_at: datetime | None = None
    inbound_number: str | None = None
    inbound_was_former: bool = False


def take_text(thread: Thread, text: InboundText, now: datetime) -> datetime:
    """It is unread here and counts as a contact; returns where it stands in the thread."""
    at = thread.after_what_was_read(text.received_at, now)
    thread.unread_count += 1
    thread.delivery_problem_at = None
    thread.last_contact_at = max(at, thread.last_contact_at or at)
    if thread.last_text_at is None or at >= thread.last_text_at:
        thread.last_text = text.body[:SHOWN_OF_LAST_TEXT]
        thread.last_text_direction = Direction.INBOUND
        thread.last_text_at = at
    if thread.last_inbound_at is None or at >= thread.last_inbound_at:
        thread.last_inbound_at = at
        thread.last_inbound_number = text.number_from
        thread.last_inbound_was_former = False
    return at


def show_latest(thread: Thread, latest: Latest) -> None:
    """What the list shows of a thread that something left."""
    thread.last_contact_at = latest.contact_at
    thread.last_text = latest.text[:SHOWN_OF_LAST_TEXT]
    thread.last_text_direction = latest.text_direction
    thread.last_text_at = latest.text_at
    thread.last_inbound_at = latest.inbound_at
    thread.last_inbound_number = latest.inbound_number
    thread.last_inbound_was_former = latest.inbound_was_former
