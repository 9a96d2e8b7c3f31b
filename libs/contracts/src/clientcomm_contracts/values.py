"""The closed sets and kinds of text that contracts are made of."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

PhoneNumber = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]
"""E.164."""

Sender = Annotated[str, Field(min_length=1, max_length=100)]
"""Whatever the carrier gives as the sender: a number, a short code, a name (rule 2.2)."""

MessageText = Annotated[str, Field(max_length=1600)]
"""A body that we send (rule 3.1)."""

LONGEST_INBOUND = 20_000

InboundText = Annotated[str, Field(max_length=LONGEST_INBOUND)]
"""A body that a phone sent; longer than ours may be, for joined and foreign messages."""

PersonalText = Annotated[str, Field(max_length=20_000)]
"""Names, notes, bodies of any length: never in a log."""

ZoneName = Annotated[str, Field(max_length=64)]
"""An IANA time zone."""

Id = UUID


class Direction(StrEnum):
    """Which way a text went."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Lane(StrEnum):
    """What overtakes what on the way to the carrier (rule 3.4)."""

    REPLY = "reply"
    AUTOMATIC = "automatic"
    BULK = "bulk"


class Author(StrEnum):
    """Who or what wrote an outbound text."""

    STAFF = "staff"
    SCHEDULE = "schedule"
    AUTOMATIC = "automatic"
    MASS = "mass"
    CLIENT = "client"


class MessageState(StrEnum):
    """States of a message (rule 3.2); inbound texts are `received`."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELED = "canceled"
    MISSED = "missed"
    RECEIVED = "received"

    @property
    def rank(self) -> int:
        """A message never moves to a lower rank (rule 3.2)."""
        return _RANKS[self]

    @property
    def is_final(self) -> bool:
        """Nothing more is expected to happen to it."""
        return self.rank == _FINAL

    @property
    def is_failure(self) -> bool:
        """It did not reach the client and a person should know (rule 3.2)."""
        return self in _FAILURES


_FINAL = 4
_RANKS = {
    MessageState.QUEUED: 0,
    MessageState.HELD: 0,
    MessageState.SENDING: 1,
    MessageState.UNKNOWN: 2,
    MessageState.SENT: 3,
    MessageState.DELIVERED: _FINAL,
    MessageState.UNDELIVERED: _FINAL,
    MessageState.FAILED: _FINAL,
    MessageState.BLOCKED: _FINAL,
    MessageState.CANCELED: _FINAL,
    MessageState.MISSED: _FINAL,
    MessageState.RECEIVED: _FINAL,
}
_FAILURES = frozenset(
    {
        MessageState.UNDELIVERED,
        MessageState.FAILED,
        MessageState.BLOCKED,
        MessageState.MISSED,
        MessageState.UNKNOWN,
    }
)


class ConversationState(StrEnum):
    """Where a conversation is (rule 2.2); `blocked` is spam, hidden and kept (rule 2.8)."""

    OPEN = "open"
    UNASSIGNED = "unassigned"
    CLOSED = "closed"
    BLOCKED = "blocked"


class Role(StrEnum):
    """What a member of staff may do, per department or for the whole organisation (rule 1.1)."""

    CASE_MANAGER = "case_manager"
    FRONT_DESK = "front_desk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class TextTag(StrEnum):
    """What sms saw in an inbound text when it stored it (rule 3.7)."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    SUSPECTED_REFUSAL = "suspected_refusal"


class MarkerKind(StrEnum):
    """What a marker in a thread says (rule 3.13)."""

    NUMBER_CHANGED = "number_changed"
    TRANSFERRED = "transferred"
    ASSIGNED = "assigned"
    ATTACHED = "attached"
    MERGED = "merged"
    MERGE_ENDED = "merge_ended"
    CLOSED = "closed"
    OPENED = "opened"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    REFILED = "refiled"
    APPOINTMENT_MADE = "appointment_made"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_MISSED = "appointment_missed"
    CALL_RECEIVED = "call_received"
    CLIENT_EDITED = "client_edited"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class ScheduledState(StrEnum):
    """States of a scheduled message before it becomes a message (rules 4.1, 4.4)."""

    SCHEDULED = "scheduled"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    CANCELED = "canceled"
    REFUSED = "refused"
    MISSED = "missed"


class Action(StrEnum):
    """What a grant allows at scheduler and export (architecture §6)."""

    READ = "read"
    SCHEDULE = "schedule"
    EXPORT = "export"


class TranscriptFormat(StrEnum):
    """Forms of a transcript (rule 5.1)."""

    ITEMS = "items"
    TEXT = "text"
