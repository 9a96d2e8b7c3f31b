"""One outbound text on its way to the carrier, and one attempt to hand it over."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from clientcomm_contracts.values import Lane, MessageState

LANES = (Lane.REPLY, Lane.AUTOMATIC, Lane.BULK)
"""In the order in which they overtake each other (rule 3.4)."""


@dataclass(frozen=True, slots=True)
class QuietWindow:
    """Local times, in a zone, between which a text waits (rule 3.9)."""

    starts: time
    ends: time
    time_zone: str


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A queued text that is next in its lane."""

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    lane: Lane
    number_from: str
    number_to: str
    body: str
    segments: int
    media_keys: tuple[str, ...]
    not_after: datetime | None
    quiet: QuietWindow | None
    tries: int
    standing: "Standing"
    is_opted_out: bool
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-over: committed before the call, found again by its token."""

    token: UUID
    message_id: UUID
    number_from: str
    number_to: str
    body: str
    body_hash: bytes
    media_keys: tuple[str, ...]
    validity_seconds: int | None
    tries: int
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text is, as read under its row lock."""

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    number_to: str
    state: MessageState
    reported: MessageState
    version: int
    tries: int
    token: UUID | None
    sid: str | None
    sent_at: datetime | None
    error_code: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What is written to a text: the new state, and when somebody is to look at it again.

    `is_reported` says whether the other services hear of it; `look_at` None: never again;
    `retry_after` in seconds, only for what goes back into the queue.
    """

    message_id: UUID
    state: MessageState
    is_reported: bool
    reported: MessageState
    error_code: str | None = None
    look_at: datetime | None = None
    retry_after: float | None = None
    segments: int | None = None
    sid: str | None = None
    keeps_lease: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended."""

    token: UUID
    state: str
    sid: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A text that the carrier is to be asked about."""

    message_id: UUID
    state: MessageState
    number_from: str
    number_to: str
    body: str
    token: UUID | None
    sid: str | None
    started_at: datetime
    uncertain_since: datetime | None
    sent_at: datetime | None
    polls: int
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Twins:
    """Other texts of the same numbers and body whose sid is not known: how many in each state."""

    unknown: int
    sending: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """A text that waits in a queue which may be an older copy of itself."""

    message_id: UUID
    number_from: str
    number_to: str
    body: str
    written_at: datetime
