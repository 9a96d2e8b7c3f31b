"""What the audit log remembers (rule 6.4): who did what, to what, from where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Deed(StrEnum):
    """Kinds of entries."""

    SIGNED_IN = "sign_in.succeeded"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_IN_SLOWED = "sign_in.slowed"
    SIGNED_OUT = "sign_in.ended"
    SESSIONS_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a deed, not a password
    PASSWORD_CHANGE_FAILED = "password.change_failed"  # noqa: S105 - the same
    PASSWORD_SET_BY_LINK = "password.set_by_link"  # noqa: S105 - the same
    LINK_SENT = "one_time_link.sent"
    DEPARTMENT_ADDED = "department.added"
    DEPARTMENT_EDITED = "department.edited"
    DEPARTMENT_CLOSED = "department.closed"
    INSTALLATION_SET_UP = "installation.set_up"
    STAFF_INVITED = "staff.invited"
    STAFF_EDITED = "staff.edited"
    STAFF_REACTIVATED = "staff.reactivated"
    STAFF_DEACTIVATED = "staff.deactivated"
    TOKEN_USED = "token.used"  # noqa: S105 - the same
    TOKEN_REFUSED = "token.refused"  # noqa: S105 - the same
    TEXTS_READ = "message_text.read"
    ATTACHMENT_READ = "attachment.read"
    TRANSCRIPT_EXPORTED = "transcript.exported"
    CLIENT_ADDED = "client.added"
    CLIENT_EDITED = "client.edited"
    CLIENTS_MERGED = "client.merged"
    NUMBER_CHANGED = "client.number_changed"
    CONVERSATION_ATTACHED = "conversation.attached"
    SENDER_BLOCKED = "sender.blocked"
    SENDER_UNBLOCKED = "sender.unblocked"
    QUARANTINED_ASSIGNED = "quarantined_text.assigned"
    QUARANTINED_FILED = "quarantined_text.filed"
    MESSAGE_REFILED = "message.refiled"
    COVERAGE_SET = "coverage.set"
    COVERAGE_ENDED = "coverage.ended"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_TRANSFERRED = "conversation.transferred"
    TRANSFER_ASKED = "conversation.transfer_asked"
    CONVERSATION_CLOSED = "conversation.closed"
    CONVERSATION_REOPENED = "conversation.reopened"
    LABELS_SET = "conversation.labels_set"
    MASS_MESSAGE_SENT = "mass_message.sent"
    MASS_MESSAGE_STOPPED = "mass_message.stopped"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed; `details` hold ids, codes and names of fields, never message text."""

    deed: Deed
    staff_id: UUID | None
    address: str
    subject_ids: tuple[UUID, ...] = ()
    token_id: UUID | None = None
    details: Mapping[str, str] = field(default_factory=dict)
