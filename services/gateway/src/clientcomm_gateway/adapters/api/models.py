"""What the API takes and gives; names as in interfaces.md."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from clientcomm_contracts.conversations.clients import AddedClient, Resolve
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    MessageState,
    Role,
    ScheduledState,
)
from clientcomm_gateway.adapters.api.fields import NO_NUL, Instant, Line, LocalTime, MessageBody

T = TypeVar("T")


class Answer(BaseModel):
    """Something that the API gives."""

    model_config = ConfigDict(frozen=True)


class Input(BaseModel):
    """Something that the API takes; unknown fields are refused, so that typos are noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Page(Answer, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = None


class StaffRef(Answer):
    """Whom."""

    id: UUID
    full_name: str


class RoleHeld(Answer):
    """A role in one department, or everywhere."""

    role: Role
    department_id: UUID | None


class Staff(Answer):
    """A colleague."""

    id: UUID
    full_name: str
    email: str
    desk_phone: str | None
    is_active: bool
    roles: list[RoleHeld]


class Department(Answer):
    """A department and its number."""

    id: UUID
    name: str
    number: str | None
    time_zone: str


class Me(Answer):
    """Whose token this is."""

    id: UUID
    full_name: str
    email: str
    roles: list[RoleHeld]
    departments: list[Department]
    unread_conversations: int


class ClientRef(Answer):
    """The client of a conversation."""

    id: UUID
    first_name: str
    last_name: str
    language: str | None
    id_number: str | None


class ListedClient(ClientRef):
    """A client in a list, with the conversation that one may see."""

    conversation_id: UUID
    department_id: UUID
    assigned_to: StaffRef | None


class LabelRef(Answer):
    """A status or category."""

    id: UUID
    name: str
    colour: str


class Conversation(Answer):
    """A row of the client list."""

    id: UUID
    client: ClientRef | None
    sender: str | None
    department_id: UUID
    assigned_to: StaffRef | None
    state: ConversationState
    unread: bool
    unread_count: int
    delivery_problem: bool
    opted_out: bool
    last_contact_at: datetime | None
    last_text_at: datetime | None
    next_appointment_at: datetime | None
    scheduled_count: int
    sequence: int
    status: LabelRef | None = None
    category: LabelRef | None = None


class ReplyTo(Answer):
    """A number that a text may be sent to."""

    id: UUID | None
    number: str
    label: str
    opted_out: bool
    preselected: bool


class ConversationDetail(Conversation):
    """A conversation, with what the caller may do in it."""

    numbers: list[ReplyTo]
    may_send: bool
    may_assign: bool
    may_transfer: bool
    may_close: bool
    may_reopen: bool
    read_up_to: datetime | None
    merged_from: list[UUID]
    cannot_send_because: str | None


class AttachmentRef(Answer):
    """A picture or file; `href` is null while it is fetched, or if it cannot be had."""

    id: UUID
    content_type: str
    size_bytes: int | None
    file_name: str
    href: str | None
    problem: str | None


class MessageError(Answer):
    """Why a text did not arrive, in plain words."""

    code: str
    message: str


class Message(Answer):
    """A text."""

    id: UUID
    conversation_id: UUID
    direction: Direction
    body: str
    state: MessageState
    author: Author
    staff: StaffRef | None
    segments: int
    attachments: list[AttachmentRef]
    error: MessageError | None
    number_from: str
    number_to: str
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    resend_of: UUID | None
    mass_message_id: UUID | None


class NewMessage(Input):
    """A text to send."""

    body: Annotated[str, Field(pattern=NO_NUL, max_length=1600)] = ""
    attachment_ids: Annotated[list[UUID], Field(max_length=10)] = []
    to_number_id: UUID | None = None
    unless_quiet: Annotated[
        bool, Field(description="409 `quiet_hours` (`until`) while it is night for the client.")
    ] = False


class Resending(Input):
    """How a text is sent again."""

    unless_quiet: Annotated[
        bool, Field(description="409 `quiet_hours` (`until`) while it is night for the client.")
    ] = False


class ReadUpTo(Input):
    """Up to which message; everything if it is left out."""

    up_to: UUID | None = None


class ReadPosition(Answer):
    """The read position after the call."""

    read_up_to: datetime | None
    unread_count: int


class Assignment(Input):
    """Who takes it."""

    staff_id: UUID


class ClientNumber(Answer):
    """A client's number, dated."""

    id: UUID
    number: str
    label: str
    since: datetime
    until: datetime | None
    primary: bool
    wrong: bool = False
    landline: Annotated[bool, Field(description="Known not to take texts.")] = False


class Elsewhere(Answer):
    """That another department has this client too."""

    department: str
    assigned_to: StaffRef | None
    closed: bool


class Client(Answer):
    """A client."""

    id: UUID
    conversation_id: UUID | None
    department_id: UUID | None
    first_name: str
    last_name: str
    language: str
    time_zone: str
    own_time_zone: Annotated[
        bool, Field(description="False: `time_zone` is the department's and changes with it.")
    ]
    id_number: str | None
    notes: str
    consent_how: Annotated[str | None, Field(description="How the client agreed to texts.")]
    numbers: list[ClientNumber]
    elsewhere: list[Elsewhere]


class AddedClientAnswer(Client):
    """A client that was added, or was there; a new one may get the department's first text."""

    outcome: AddedClient
    first_text_sent: bool = False


class NewClient(Input):
    """A client to add (rule 2.4)."""

    first_name: Annotated[Line, Field(max_length=100)] = ""
    last_name: Annotated[Line, Field(min_length=1, max_length=100)]
    phone: Annotated[Line, Field(min_length=1, max_length=40)]
    department_id: UUID | None = None
    language: Annotated[Line, Field(max_length=10)] = "en"
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
    id_number: Annotated[Line, Field(max_length=100)] | None = None
    notes: Annotated[Line, Field(max_length=5000)] = ""
    consent_how: Annotated[Line, Field(max_length=200)] = ""
    resolve: Resolve | None = None
    client_id: UUID | None = None
    from_conversation_id: UUID | None = None


class ClientChanges(Input):
    """What is left out stays as it is; an empty time zone is the department's."""

    first_name: Annotated[Line, Field(max_length=100)] | None = None
    last_name: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    language: Annotated[Line, Field(max_length=10)] | None = None
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
    id_number: Annotated[Line, Field(max_length=100)] | None = None
    notes: Annotated[Line, Field(max_length=5000)] | None = None


class ScheduledMessage(Answer):
    """A text that goes out later; the local time is the truth, `due_at` follows from it."""

    id: UUID
    conversation_id: UUID
    body: str
    local_time: LocalTime
    time_zone: str
    due_at: datetime
    shifted: bool
    state: ScheduledState
    refusal_code: str | None
    staff: StaffRef
    created_at: datetime
    in_quiet_hours: bool = False


class NewScheduledMessage(Input):
    """A text to send later; without `time_zone` the client's."""

    conversation_id: UUID
    body: MessageBody
    local_time: LocalTime
    time_zone: Annotated[Line, Field(max_length=64)] | None = None


class ScheduledMessageChanges(Input):
    """What is left out stays as it is."""

    body: MessageBody | None = None
    local_time: LocalTime | None = None
    time_zone: Annotated[Line, Field(max_length=64)] | None = None


class NewMassMessage(Input):
    """One text to many conversations; a preview sends nothing."""

    conversation_ids: Annotated[list[UUID], Field(min_length=1, max_length=50_000)]
    body: MessageBody
    preview: bool = False


class Skipped(Answer):
    """Someone left out, and why."""

    conversation_id: UUID
    code: str


class MassMessage(Answer):
    """A mass message and where its texts are."""

    id: UUID
    department_id: UUID
    body: str
    created_at: datetime
    staff: StaffRef
    recipients: int
    segments: int
    skipped: list[Skipped]
    states: dict[str, int]
    stopped: bool
    ends_at: datetime | None
    preview: bool = False


class NewExport(Input):
    """A transcript of one conversation."""

    kind: Annotated[str, Field(pattern="^transcript$")] = "transcript"
    conversation_id: UUID
    format: Annotated[str, Field(pattern="^(json|text)$")] = "json"
    since: Instant | None = None
    until: Instant | None = None


class Export(Answer):
    """An export; its file is made when it is fetched, as complete as at that moment."""

    id: UUID
    kind: str
    conversation_id: UUID
    format: str
    since: datetime | None
    until: datetime | None
    state: str
    created_at: datetime
    file: str
