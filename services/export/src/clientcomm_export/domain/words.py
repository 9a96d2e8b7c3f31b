"""States, authors, attachments and markers in words (rule 5.1)."""

from collections.abc import Mapping

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState
from clientcomm_export.domain.entry import Attached, Entry

_STATES = {
    MessageState.QUEUED: "waiting to be sent",
    MessageState.HELD: "held back for now",
    MessageState.SENDING: "being sent",
    MessageState.UNKNOWN: "not certain whether it was sent",
    MessageState.SENT: "sent",
    MessageState.DELIVERED: "delivered",
    MessageState.UNDELIVERED: "not delivered",
    MessageState.FAILED: "could not be sent",
    MessageState.BLOCKED: "not sent: the client has opted out",
    MessageState.CANCELED: "cancelled before it was sent",
    MessageState.MISSED: "not sent: its time had passed",
    MessageState.RECEIVED: "received",
}

_SAY_WHY = (MessageState.BLOCKED, MessageState.MISSED)
_REASONS = {
    "no_match": "the carrier does not list it",
    "duplicate": "the carrier lists it twice",
}

_AUTHORS = {
    Author.STAFF: "Staff",
    Author.SCHEDULE: "Scheduled text",
    Author.AUTOMATIC: "Automatic reply",
    Author.MASS: "Mass message",
    Author.CLIENT: "Client",
}

_MARKERS = {
    MarkerKind.NUMBER_CHANGED: "Number changed",
    MarkerKind.TRANSFERRED: "Transferred",
    MarkerKind.ASSIGNED: "Assigned",
    MarkerKind.ATTACHED: "Attached to this client",
    MarkerKind.MERGED: "Merged with another client",
    MarkerKind.MERGE_ENDED: "The merged thread ended here",
    MarkerKind.CLOSED: "Closed",
    MarkerKind.OPENED: "Opened",
    MarkerKind.OPTED_OUT: "Opted out of texts",
    MarkerKind.OPTED_IN: "Opted in to texts",
    MarkerKind.REFILED: "Text moved to another thread",
    MarkerKind.APPOINTMENT_MADE: "Appointment made",
    MarkerKind.APPOINTMENT_MOVED: "Appointment moved",
    MarkerKind.APPOINTMENT_MISSED: "Appointment missed",
    MarkerKind.CALL_RECEIVED: "Call received",
    MarkerKind.CLIENT_EDITED: "Client's details edited",
    MarkerKind.BLOCKED: "Blocked as spam",
    MarkerKind.UNBLOCKED: "No longer blocked",
}

_KILO = 1000


def state_in_words(entry: Entry) -> str:
    """The state of a text, with the carrier's code where it failed."""
    if entry.state is None:
        return ""
    words = _STATES[entry.state]
    if entry.error_code is None or entry.state in _SAY_WHY:
        return words
    reason = _reason(entry.state, entry.error_code)
    return f"{words} ({reason})" if reason else words


def _reason(state: MessageState, code: str) -> str | None:
    """Why a hand-over was uncertain (a fault of ours or the carrier's) says nothing to a reader."""
    if code in _REASONS:
        return _REASONS[code]
    if state is MessageState.UNKNOWN:
        return None
    return f"code {code}" if code.isdigit() else code.replace("_", " ")


def who(entry: Entry, client_name: str) -> str:
    """Who wrote a text, or made a marker."""
    if entry.direction is Direction.INBOUND:
        return client_name
    if entry.author is None or entry.author is Author.STAFF:
        return entry.staff_name or ("" if entry.marker else _AUTHORS[Author.STAFF])
    role = _AUTHORS[entry.author]
    return f"{entry.staff_name} ({role.lower()})" if entry.staff_name else role


def attachment_in_words(attached: Attached) -> str:
    """Name, kind and size, or what is missing (rule 3.5)."""
    name = attached.file_name or "attachment"
    if attached.problem:
        return f"{name} ({attached.content_type}; not available)"
    if attached.size_bytes is None:
        return f"{name} ({attached.content_type})"
    return f"{name} ({attached.content_type}, {_size(attached.size_bytes)})"


def marker_in_words(kind: MarkerKind, details: Mapping[str, str]) -> str:
    """What happened, with what is known about it by role."""
    known = "; ".join(f"{role.replace('_', ' ')}: {value}" for role, value in details.items())
    return f"{_MARKERS[kind]} ({known})" if known else _MARKERS[kind]


def _size(size: int) -> str:
    if size < _KILO:
        return f"{size} bytes"
    if size < _KILO * _KILO:
        return f"{round(size / _KILO)} kB"
    return f"{size / _KILO / _KILO:.1f} MB"
