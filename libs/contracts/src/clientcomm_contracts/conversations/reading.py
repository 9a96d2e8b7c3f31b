"""What the gateway asks to show: lists, conversations, threads, and up to where they are read."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import ConversationRow, ConversationView, ThreadItem
from clientcomm_contracts.people import Asker, Grant, RepeatKey
from clientcomm_contracts.values import Action, ConversationState


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
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    up_to: UUID | None = None


class MarkUnread(Request[ReadReply]):
    """The last inbound text is unread again."""

    name: ClassVar[str] = "conversations.conversation.mark_unread.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID


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
