"""Facts about departments, staff, clients and conversations; conversations is their only source."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Event
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    InboundText,
    Lane,
    MarkerKind,
    MessageState,
    PersonalText,
    PhoneNumber,
    Role,
    Sender,
    TextTag,
    ZoneName,
)


class DatedNumber(Contract):
    """A number as a dated fact (rule 2.3); open-ended while `until` is None."""

    id: UUID
    value: PhoneNumber
    label: str = ""
    since: AwareDatetime
    until: AwareDatetime | None = None
    is_primary: bool = False
    is_wrong: bool = False


class AutomaticReplies(Contract):
    """Texts a department answers with by itself; None: no answer (rules 2.7, 3.7)."""

    unknown_sender: PersonalText | None = None
    help: PersonalText | None = None


class QuietHours(Contract):
    """Local times between which bulk and reminders wait (rule 3.9), as `HH:MM`."""

    starts: str = Field(default="21:00", pattern=r"^\d\d:\d\d$")
    ends: str = Field(default="08:00", pattern=r"^\d\d:\d\d$")


class DepartmentChangedV1(Event):
    """A department was made or its settings changed; carries its whole state."""

    name: ClassVar[str] = "conversations.department.changed.v1"

    department_name: str
    time_zone: ZoneName
    numbers: tuple[DatedNumber, ...]
    automatic_replies: AutomaticReplies = AutomaticReplies()
    carrier_answers_help: bool = True
    quiet_hours: QuietHours = QuietHours()
    fallback_phone: PhoneNumber | None = None
    segments_per_second: float = Field(default=1.0, gt=0)
    is_closed: bool = False


class HeldRole(Contract):
    """A role in one department, or in the whole organisation when there is none."""

    role: Role
    department_id: UUID | None = None


class StaffChangedV1(Event):
    """A member of staff was invited or changed; carries the whole state.

    `deactivations`: how often the account ended. What let them in before the last time is void,
    whatever the order in which events arrive.
    """

    name: ClassVar[str] = "conversations.staff.changed.v1"

    full_name: str
    email: str
    desk_phone: PhoneNumber | None = None
    language: str = "en"
    is_active: bool = True
    roles: tuple[HeldRole, ...] = ()
    deactivations: int = Field(default=0, ge=0)


class ClientChangedV1(Event):
    """A client was added, edited, merged, or has other numbers; carries the whole state.

    `time_zone` None: each department sees them in its own (rule 2.1).
    """

    name: ClassVar[str] = "conversations.client.changed.v1"

    first_name: str
    last_name: str
    language: str
    time_zone: ZoneName | None = None
    id_number: str | None = None
    numbers: tuple[DatedNumber, ...]
    merged_into: UUID | None = None


class ConversationChangedV1(Event):
    """A conversation opened, closed, changed hands or was merged; carries the whole state.

    `merged_into` redirects for ever to the survivor (rule 2.5).
    """

    name: ClassVar[str] = "conversations.conversation.changed.v1"

    department_id: UUID
    client_id: UUID | None
    sender: Sender | None
    state: ConversationState
    assigned_to: UUID | None
    merged_into: UUID | None = None
    by_staff_id: UUID | None = None


class Attachment(Contract):
    """A picture or file of a text; the bytes lie in the object store under `object_key`."""

    id: UUID
    content_type: str
    size_bytes: int | None = None
    file_name: str = ""
    object_key: str | None = None
    problem: str | None = None


class MessageWrittenV1(Event):
    """An outbound text exists; aggregate: its conversation."""

    name: ClassVar[str] = "conversations.message.written.v1"

    message_id: UUID
    department_id: UUID
    client_id: UUID | None
    lane: Lane
    author: Author
    staff_id: UUID | None = None
    staff_name: str | None = None
    number_from: PhoneNumber
    number_to: Sender
    body: PersonalText
    segments: int
    attachments: tuple[Attachment, ...] = ()
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None
    resend_of: UUID | None = None


class MessageReceivedV1(Event):
    """An inbound text was filed in a conversation; aggregate: that conversation."""

    name: ClassVar[str] = "conversations.message.received.v1"

    message_id: UUID
    department_id: UUID
    client_id: UUID | None
    assigned_to: UUID | None
    number_from: Sender
    number_to: Sender
    body: InboundText
    received_at: AwareDatetime
    tag: TextTag | None = None
    attachments: tuple[Attachment, ...] = ()
    from_former_number: bool = False


class MessageStateChangedV1(Event):
    """An outbound text moved to a higher rank; aggregate: its conversation."""

    name: ClassVar[str] = "conversations.message.state_changed.v1"

    message_id: UUID
    department_id: UUID
    state: MessageState
    error_code: str | None = None
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None


class AttachmentStoredV1(Event):
    """An attachment of an inbound text was fetched, or cannot be had; aggregate: conversation."""

    name: ClassVar[str] = "conversations.attachment.stored.v1"

    message_id: UUID
    department_id: UUID
    attachment: Attachment


class MarkerAddedV1(Event):
    """A marker stands in a thread (rule 3.13); aggregate: its conversation.

    `details` holds names and numbers by role (`from_staff`, `to_staff`, `old_number`, …).
    """

    name: ClassVar[str] = "conversations.marker.added.v1"

    marker_id: UUID
    department_id: UUID
    kind: MarkerKind
    by_staff_id: UUID | None = None
    by_staff_name: str | None = None
    details: dict[str, str] = Field(default_factory=dict)


class ReadPositionMovedV1(Event):
    """The read position of a conversation moved (rule 3.10); aggregate: the conversation."""

    name: ClassVar[str] = "conversations.conversation.read.v1"

    department_id: UUID
    read_up_to: AwareDatetime | None
    unread_count: int
    by_staff_id: UUID | None


class OptOutChangedV1(Event):
    """A number opted out of a department, or in again (rule 3.7); aggregate: the conversation."""

    name: ClassVar[str] = "conversations.opt_out.changed.v1"

    department_id: UUID
    number: Sender
    is_opted_out: bool
    how: str


class ConversationsMergedV1(Event):
    """All of the absorbed thread stands in the survivor's; aggregate: the surviving conversation.

    `absorbed_sequence` is the absorbed conversation's last sequence. Also for an unknown sender's
    thread that was attached to a client's.
    """

    name: ClassVar[str] = "conversations.conversation.merged.v1"

    department_id: UUID
    absorbed_id: UUID
    absorbed_sequence: int


class MessageRefiledV1(Event):
    """One inbound text of a shared phone moved here from another thread (rule 2.6)."""

    name: ClassVar[str] = "conversations.message.refiled.v1"

    message_id: UUID
    department_id: UUID
    from_conversation_id: UUID


class OccurrenceRefusedV1(Event):
    """A scheduled message that fell due was not written, and why; aggregate: the conversation."""

    name: ClassVar[str] = "conversations.occurrence.refused.v1"

    occurrence_id: UUID
    department_id: UUID
    code: str


class MassMessageProgressedV1(Event):
    """Counts of a mass message (rule 3.11); aggregate: the mass message."""

    name: ClassVar[str] = "conversations.mass_message.progressed.v1"

    department_id: UUID
    recipients: int
    written: int
    skipped: int
    is_stopped: bool = False
