"""What one does with an unknown sender's conversation (rule 2.8), and with a shared phone (2.6)."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.people import Asker, RepeatKey


class MaybeBecause(StrEnum):
    """Why a client is named for an unknown sender (rule 2.7d)."""

    HAS_NUMBER = "has_number"
    HAD_NUMBER = "had_number"
    SEARCHED = "searched"


class MaybeClient(Contract):
    """A client whose texts these may be; `is_ours`: the department has a conversation with them."""

    client_id: UUID
    first_name: str
    last_name: str
    because: MaybeBecause
    is_ours: bool
    assigned_to: StaffName | None = None


class MaybeClientsReply(Reply):
    """Those whose number it is or was first, then those found by `q`."""

    items: tuple[MaybeClient, ...]


class SuggestClients(Request[MaybeClientsReply]):
    """Clients to whom an unknown sender's conversation may be attached."""

    name: ClassVar[str] = "conversations.inbox.suggest_clients.v1"

    asker: Asker
    conversation_id: UUID
    q: str = Field(default="", max_length=200)


class AttachReply(Reply):
    """Where the texts are now."""

    client_id: UUID
    conversation_id: UUID
    messages_moved: int


class AttachConversation(Request[AttachReply]):
    """An unknown sender is this client: their number is the client's, their texts move there."""

    name: ClassVar[str] = "conversations.inbox.attach.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    client_id: UUID


class AssignConversation(Request[ConversationReply]):
    """Gives an unassigned conversation to a case manager (rule 2.8)."""

    name: ClassVar[str] = "conversations.conversation.assign.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    staff_id: UUID


class BlockSender(Request[ConversationReply]):
    """Spam: kept and hidden; never an opt-out."""

    name: ClassVar[str] = "conversations.inbox.block.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID


class UnblockSender(Request[ConversationReply]):
    """Back into the unassigned inbox."""

    name: ClassVar[str] = "conversations.inbox.unblock.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID


class RefileReply(Reply):
    """From where to where the text went."""

    message_id: UUID
    from_conversation_id: UUID
    conversation_id: UUID
    client_id: UUID


class RefileMessage(Request[RefileReply]):
    """One inbound text of a shared phone goes to another client of that number (rule 2.6).

    `client_id` may be left out if there is only one other; else refused as `choose_client` (details
    `clients`).
    """

    name: ClassVar[str] = "conversations.message.refile.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    message_id: UUID
    client_id: UUID | None = None
