"""What the gateway asks of conversations; each request names its asker, checked by the owner."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import (
    ClientView,
    ConversationRow,
    ConversationView,
    DepartmentView,
    MassMessageView,
    MessageView,
    StaffName,
    StaffView,
    ThreadItem,
)
from clientcomm_contracts.people import Asker, Grant, RepeatKey
from clientcomm_contracts.values import Action, ConversationState, MessageText


class MeReply(Reply):
    """The asker, the departments in which they hold a role, and for whom they stand in now."""

    staff: StaffView
    departments: tuple[DepartmentView, ...]
    unread_conversations: int
    covers: tuple[StaffName, ...] = ()


class GetMe(Request[MeReply]):
    """Who am I? Refused as `not_found` for who is not active."""

    name: ClassVar[str] = "conversations.me.get.v1"

    asker: Asker


class DepartmentsReply(Reply):
    """Departments that the asker may see."""

    items: tuple[DepartmentView, ...]


class ListDepartments(Request[DepartmentsReply]):
    """The asker's departments; all of them for roles that span the organisation."""

    name: ClassVar[str] = "conversations.department.list.v1"

    asker: Asker


class StaffReply(Reply):
    """Colleagues."""

    items: tuple[StaffView, ...]
    next: str | None = None


class ListStaff(Request[StaffReply]):
    """Staff of the asker's departments, by name."""

    name: ClassVar[str] = "conversations.staff.list.v1"

    asker: Asker
    department_id: UUID | None = None
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


class Box(StrEnum):
    """Which conversations a list starts from, before its filters."""

    MINE = "mine"
    COVERING = "covering"
    UNASSIGNED = "unassigned"
    DEPARTMENT = "department"


class ConversationSort(StrEnum):
    """Columns that a list sorts by (rule 2.13); `default`: unread first, then last contact.

    `status`: in the order of the department's own list, then by name; who has none stands behind.
    """

    DEFAULT = "default"
    NAME = "name"
    UNREAD = "unread"
    LAST_CONTACT = "last_contact"
    NEXT_APPOINTMENT = "next_appointment"
    SCHEDULED = "scheduled"
    STATUS = "status"
    DELIVERY_PROBLEM = "delivery_problem"


class ConversationsReply(Reply):
    """One page of a list, with the count of the whole box's unread conversations."""

    items: tuple[ConversationRow, ...]
    next: str | None
    unread_conversations: int


class ListConversations(Request[ConversationsReply]):
    """A page of conversations that the asker may read, keyset-paged.

    `q` matches names, numbers and id numbers.
    """

    name: ClassVar[str] = "conversations.conversation.list.v1"

    asker: Asker
    box: Box = Box.MINE
    department_id: UUID | None = None
    q: str = Field(default="", max_length=200)
    unread: bool | None = None
    delivery_problem: bool | None = None
    due: bool | None = None
    assigned_to: UUID | None = None
    state: ConversationState | None = None
    language: str | None = None
    status: UUID | None = None
    category: UUID | None = None
    sort: ConversationSort = ConversationSort.DEFAULT
    descending: bool = False
    cursor: str | None = Field(default=None, max_length=1000)
    limit: int = Field(default=100, ge=1, le=500)


class ConversationReply(Reply):
    """One conversation, and the grant that was asked for with it, if anything of it is allowed."""

    conversation: ConversationView
    grant: Grant | None = None


class GetConversation(Request[ConversationReply]):
    """One conversation that the asker may read; follows redirects of merges."""

    name: ClassVar[str] = "conversations.conversation.get.v1"

    asker: Asker
    conversation_id: UUID
    grant_for: frozenset[Action] = frozenset()


class ThreadReply(Reply):
    """Items oldest first; `before` is the cursor of the page before, None at the beginning."""

    items: tuple[ThreadItem, ...]
    before: str | None
    sequence: int
    is_newest: bool = True


class GetThread(Request[ThreadReply]):
    """A page of a thread: the newest items, those before a cursor, or those around a text.

    A text that is not in this conversation (any more) is passed over: the newest items then.
    """

    name: ClassVar[str] = "conversations.thread.get.v1"

    asker: Asker
    conversation_id: UUID
    before: str | None = Field(default=None, max_length=200)
    around: UUID | None = None
    limit: int = Field(default=50, ge=1, le=500)


class ReadReply(Reply):
    """The read position after the request."""

    read_up_to: AwareDatetime | None
    unread_count: int


class MarkRead(Request[ReadReply]):
    """Moves the read position up to a message that was shown; never backwards (rule 3.10)."""

    name: ClassVar[str] = "conversations.conversation.mark_read.v1"

    asker: Asker
    conversation_id: UUID
    up_to: UUID | None = None


class MarkUnread(Request[ReadReply]):
    """The last inbound text is unread again."""

    name: ClassVar[str] = "conversations.conversation.mark_unread.v1"

    asker: Asker
    conversation_id: UUID


class MessageReply(Reply):
    """One message."""

    message: MessageView


class SendMessage(Request[MessageReply]):
    """A person's text to the client, once per key.

    `unless_quiet`: refused as conflict with code `quiet_hours` while it is night for the client
    (rule 3.9) and they did not text in the last 10 minutes; who may go on asks without it.
    """

    name: ClassVar[str] = "conversations.message.send.v1"

    asker: Asker
    repeat_key: RepeatKey
    conversation_id: UUID
    body: MessageText
    to_number_id: UUID | None = None
    attachment_ids: tuple[UUID, ...] = ()
    unless_quiet: bool = False


class ResendMessage(Request[MessageReply]):
    """A failed text again, as a new message that names the old one (rule 3.2)."""

    name: ClassVar[str] = "conversations.message.resend.v1"

    asker: Asker
    repeat_key: RepeatKey
    message_id: UUID


class GetMessage(Request[MessageReply]):
    """One message of a conversation that the asker may read."""

    name: ClassVar[str] = "conversations.message.get.v1"

    asker: Asker
    message_id: UUID


class AddedClient(StrEnum):
    """What adding a client came to (rule 2.4)."""

    CREATED = "created"
    ALREADY_MINE = "already_mine"
    REOPENED = "reopened"


class AddClientReply(Reply):
    """The client and the conversation to land in."""

    outcome: AddedClient
    client_id: UUID
    conversation_id: UUID


class Resolve(StrEnum):
    """The answer to rule 2.4's question."""

    SAME_PERSON = "same_person"
    SHARED_PHONE = "shared_phone"
    TAKE_OVER = "take_over"


class AddClient(Request[AddClientReply]):
    """A new client of the asker, or rule 2.4's answer.

    Refused as conflict with code `assigned_to_colleague` (details `staff`),
    `known_in_my_department` (`conversation_id`, `whose`), `known_in_other_department` (`client`)
    or `number_shared` (`clients`) until `resolve` answers. What else is wrong with what was typed
    is in `also`: sentences by field.
    """

    name: ClassVar[str] = "conversations.client.add.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID | None = None
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(max_length=100)
    phone: str = Field(max_length=40)
    language: str = Field(default="en", max_length=10)
    time_zone: str | None = Field(default=None, max_length=64)
    id_number: str | None = Field(default=None, max_length=100)
    notes: str = Field(default="", max_length=5000)
    consent_how: str = Field(default="", max_length=200)
    resolve: Resolve | None = None
    client_id: UUID | None = None
    from_conversation_id: UUID | None = None


class ClientReply(Reply):
    """One client, with what the asker may do with it."""

    client: ClientView
    may_edit: bool = True
    may_merge: bool = True


class GetClient(Request[ClientReply]):
    """A client with whom a department of the asker has a conversation."""

    name: ClassVar[str] = "conversations.client.get.v1"

    asker: Asker
    client_id: UUID


class EditClient(Request[ClientReply]):
    """Changes what is not None."""

    name: ClassVar[str] = "conversations.client.edit.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    first_name: str | None = Field(default=None, max_length=100)
    last_name: str | None = Field(default=None, min_length=1, max_length=100)
    language: str | None = Field(default=None, max_length=10)
    time_zone: str | None = Field(default=None, max_length=64)
    id_number: str | None = Field(default=None, max_length=100)
    notes: str | None = Field(default=None, max_length=5000)


class AssignConversation(Request[ConversationReply]):
    """Gives an unassigned conversation to a case manager (rule 2.8)."""

    name: ClassVar[str] = "conversations.conversation.assign.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    staff_id: UUID


class MassMessageReply(Reply):
    """A mass message, or what one would be when it is a preview."""

    mass_message: MassMessageView
    is_preview: bool = False


class SendMassMessage(Request[MassMessageReply]):
    """One text to many conversations, each in its own thread (rule 3.11), once per key."""

    name: ClassVar[str] = "conversations.mass_message.send.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_ids: tuple[UUID, ...] = Field(min_length=1, max_length=50_000)
    body: MessageText = Field(min_length=1)
    is_preview: bool = False


class GetMassMessage(Request[MassMessageReply]):
    """A mass message of the asker, or of a department that they supervise."""

    name: ClassVar[str] = "conversations.mass_message.get.v1"

    asker: Asker
    mass_message_id: UUID


class StopMassMessage(Request[MassMessageReply]):
    """The rest is not sent."""

    name: ClassVar[str] = "conversations.mass_message.stop.v1"

    asker: Asker
    mass_message_id: UUID


class GrantReply(Reply):
    """The grant, with the names that a page needs beside it."""

    grant: Grant
    time_zone: str
    title: str
    assigned_to: StaffName | None
    sequence: int
    absorbed: tuple[UUID, ...] = ()


class GetGrant(Request[GrantReply]):
    """Permission for one conversation at scheduler or export (architecture §6)."""

    name: ClassVar[str] = "conversations.grant.get.v1"

    asker: Asker
    conversation_id: UUID
    actions: frozenset[Action]


class ViewersReply(Reply):
    """Those of the askers who may see it, each with their own count of unread conversations."""

    unread_conversations: dict[UUID, int]


class ListViewers(Request[ViewersReply]):
    """Which of these staff may see this conversation now; for live updates."""

    name: ClassVar[str] = "conversations.viewer.list.v1"

    conversation_id: UUID
    staff_ids: tuple[UUID, ...] = Field(max_length=1000)


class AttachmentReply(Reply):
    """Where an attachment's bytes lie, for someone who may read its conversation."""

    conversation_id: UUID
    object_key: str
    content_type: str
    file_name: str


class GetAttachment(Request[AttachmentReply]):
    """An attachment of a conversation that the asker may read."""

    name: ClassVar[str] = "conversations.attachment.get.v1"

    asker: Asker
    attachment_id: UUID
