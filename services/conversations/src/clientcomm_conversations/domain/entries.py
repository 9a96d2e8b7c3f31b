"""What stands in a thread: texts and markers, and texts that have no place in it yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import Author, Direction, Lane, MarkerKind, MessageState, TextTag


@dataclass(frozen=True, slots=True)
class Message:
    """A text of a thread; `at` is what the thread sorts by (rule 3.4)."""

    id: UUID
    conversation_id: UUID
    department_id: UUID
    direction: Direction
    author: Author
    body: str
    state: MessageState
    segments: int
    number_from: str
    number_to: str
    at: datetime
    written_at: datetime
    staff_id: UUID | None = None
    lane: Lane | None = None
    position: int | None = None
    received_at: datetime | None = None
    not_after: datetime | None = None
    error_code: str | None = None
    tag: TextTag | None = None
    from_former_number: bool = False
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None
    resend_of: UUID | None = None
    inbound_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An outbound text before it has a place in a thread.

    In another state than queued it is kept for people to see and not handed over.
    """

    id: UUID
    author: Author
    lane: Lane
    body: str
    segments: int
    number_from: str
    number_to: str
    staff_id: UUID | None = None
    state: MessageState = MessageState.QUEUED
    error_code: str | None = None
    not_after: datetime | None = None
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None
    resend_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound text before it has a place in a thread."""

    id: UUID
    inbound_id: UUID
    body: str
    segments: int
    number_from: str
    number_to: str
    received_at: datetime
    tag: TextTag | None = None
    from_former_number: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an outbound text is, as far as reports and counts need it."""

    id: UUID
    conversation_id: UUID
    author: Author
    state: MessageState
    version: int
    at: datetime
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in a thread (rule 3.13)."""

    id: UUID
    conversation_id: UUID
    department_id: UUID
    at: datetime
    kind: MarkerKind
    by_staff_id: UUID | None
    details: dict[str, str]
