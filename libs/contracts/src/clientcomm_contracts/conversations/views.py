"""What conversations shows of itself in its replies."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract
from clientcomm_contracts.conversations.events import Attachment, DatedNumber, HeldRole
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    Lane,
    MarkerKind,
    MessageState,
    PersonalText,
    PhoneNumber,
    Sender,
    TextTag,
    ZoneName,
)


class StaffView(Contract):
    """A member of staff as colleagues see them."""

    id: UUID
    full_name: str
    email: str
    desk_phone: PhoneNumber | None = None
    is_active: bool
    roles: tuple[HeldRole, ...]


class DepartmentView(Contract):
    """A department and its current number; `greets`: a client who is added gets a first text."""

    id: UUID
    department_name: str
    number: PhoneNumber | None
    time_zone: ZoneName
    greets: bool = False


class StaffName(Contract):
    """Whom to name."""

    id: UUID
    full_name: str


class ClientName(Contract):
    """A client to be named."""

    id: UUID
    full_name: str


class ElsewhereView(Contract):
    """That another department has this client too, and who is assigned (rule 2.2).

    Where it is closed, nobody is.
    """

    department_name: str
    assigned_to: StaffName | None
    is_closed: bool = False


class ClientView(Contract):
    """A client, with the notes of the asker's department.

    `has_own_zone`: theirs was chosen; else it is the department's (rule 2.1).
    `landlines`: current numbers that are known not to take texts, by the numbering plan of their
    country or because the carrier said so of a text (code 30006).
    """

    id: UUID
    first_name: str
    last_name: str
    language: str
    time_zone: ZoneName
    has_own_zone: bool = True
    id_number: str | None
    numbers: tuple[DatedNumber, ...]
    conversation_id: UUID | None = None
    department_id: UUID | None = None
    notes: PersonalText = ""
    consent_how: str | None = None
    elsewhere: tuple[ElsewhereView, ...] = ()
    landlines: tuple[UUID, ...] = ()


class LabelView(Contract):
    """A status, category or outcome of a department (rules 2.11, 2.12)."""

    id: UUID
    label: str
    colour: str = ""


class IntroductionView(Contract):
    """That the asker got this client from a colleague and has not written yet (rule 2.9)."""

    from_staff: str
    since: AwareDatetime
    note: PersonalText = ""


class ConversationRow(Contract):
    """One row of the client list (rule 2.13); `title` is the client's name or the sender."""

    id: UUID
    department_id: UUID
    client_id: UUID | None
    first_name: str
    last_name: str
    sender: Sender | None
    assigned_to: StaffName | None
    state: ConversationState
    unread_count: int
    has_delivery_problem: bool
    last_contact_at: AwareDatetime | None
    last_text: PersonalText
    last_text_direction: Direction | None
    last_text_at: AwareDatetime | None
    next_appointment_at: AwareDatetime | None
    scheduled_count: int
    sequence: int
    language: str | None = None
    id_number: str | None = None
    primary_number: Sender | None = None
    is_opted_out: bool = False
    status: LabelView | None = None
    category: LabelView | None = None


class ReplyNumber(Contract):
    """A number that a text may be sent to (rule 2.3a)."""

    id: UUID | None
    value: Sender
    label: str = ""
    is_opted_out: bool
    is_preselected: bool
    is_former: bool = False
    shared_with: tuple[str, ...] = ()


class ConversationView(Contract):
    """A conversation as its page shows it, with what the asker may do in it.

    `quiet_until`: so long a text is unwelcome to the client, and its sender is warned (rule 3.9).
    """

    row: ConversationRow
    client: ClientView | None
    department: DepartmentView
    numbers: tuple[ReplyNumber, ...]
    may_send: bool
    may_assign: bool
    moves_read_position: bool
    may_attach: bool = False
    may_block: bool = False
    may_refile: bool = False
    read_up_to: AwareDatetime | None
    merged_from: tuple[UUID, ...] = ()
    redirected_from: UUID | None = None
    cannot_send_because: str | None = None
    may_transfer: bool = False
    may_close: bool = False
    may_reopen: bool = False
    may_label: bool = False
    introduction: IntroductionView | None = None
    quiet_until: AwareDatetime | None = None


class MessageProblem(Contract):
    """What went wrong and what to do, in plain words (rule 3.2)."""

    code: str
    sentence: str


class MessageView(Contract):
    """A text in a thread; `at` is what the thread sorts by (rule 3.4)."""

    kind: Literal["message"] = "message"
    id: UUID
    conversation_id: UUID
    direction: Direction
    author: Author
    staff: StaffName | None
    lane: Lane | None
    body: PersonalText
    state: MessageState
    segments: int
    attachments: tuple[Attachment, ...]
    problem: MessageProblem | None
    number_from: Sender
    number_to: Sender
    at: AwareDatetime
    written_at: AwareDatetime
    sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    tag: TextTag | None = None
    from_former_number: bool = False
    shared_with: tuple[str, ...] = ()
    refile_to: tuple[ClientName, ...] = ()
    resend_of: UUID | None = None
    resent_as: UUID | None = None
    has_no_receipt: bool = False
    occurrence_id: UUID | None = None
    mass_message_id: UUID | None = None


class MarkerView(Contract):
    """A marker in a thread."""

    kind: Literal["marker"] = "marker"
    id: UUID
    conversation_id: UUID
    marker: MarkerKind
    at: AwareDatetime
    by_staff: StaffName | None
    details: dict[str, str]


ThreadItem = Annotated[MessageView | MarkerView, Field(discriminator="kind")]


class MassMessageView(Contract):
    """A mass message and where its recipients' texts are (rule 3.11)."""

    id: UUID
    department_id: UUID
    body: PersonalText
    created_at: AwareDatetime
    by_staff: StaffName
    recipients: int
    segments: int
    skipped: tuple["SkippedRecipient", ...]
    states: dict[str, int]
    is_stopped: bool
    ends_at: AwareDatetime | None


class SkippedRecipient(Contract):
    """Someone who is left out of a mass message, and why."""

    conversation_id: UUID
    code: str
