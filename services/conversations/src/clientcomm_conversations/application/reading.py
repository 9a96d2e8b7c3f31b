"""What reading use cases need of the store: a reader on the transaction under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.clients import ClientHistory
from clientcomm_contracts.conversations.inbox import MaybeClient
from clientcomm_contracts.conversations.labels import FollowUpView, LabelsReply
from clientcomm_contracts.conversations.numbers import EarlierTexts, NumberEndReply
from clientcomm_contracts.conversations.reading import ListConversations
from clientcomm_contracts.conversations.search import FoundText
from clientcomm_contracts.conversations.views import (
    ClientName,
    ClientView,
    ConversationRow,
    DepartmentView,
    IntroductionView,
    MassMessageView,
    MessageView,
    StaffName,
    StaffView,
    ThreadItem,
)
from clientcomm_conversations.application.authorize import KnowsStaff
from clientcomm_conversations.application.quarantined_rows import QuarantineReader
from clientcomm_conversations.domain.permissions import ConversationFacts, Reach, StaffRights
from clientcomm_conversations.domain.reply_numbers import KnownNumber, LastInbound
from clientcomm_conversations.domain.search_scope import SearchScope


@dataclass(frozen=True, slots=True)
class Access:
    """A conversation as far as permission needs it, redirects of merges followed.

    `shared` names the other clients of this department who have a number of this client now.
    """

    conversation_id: UUID
    facts: ConversationFacts
    sequence: int
    time_zone: str
    title: str
    assigned_to: StaffName | None
    absorbed: tuple[UUID, ...] = ()
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sharers: Mapping[str, tuple[ClientName, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Introduction:
    """The last transfer, if its receiver has not written to the client since."""

    to_staff_id: UUID
    shown: IntroductionView


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """All that a conversation's page shows, before permissions and rule 2.3a are applied."""

    access: Access
    row: ConversationRow
    client: ClientView | None
    department: DepartmentView
    numbers: tuple[KnownNumber, ...]
    last_inbound: LastInbound | None
    opted_out: frozenset[str]
    read_up_to: datetime | None
    introduction: Introduction | None = None
    quiet_until: datetime | None = None
    is_department_closed: bool = False


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """One page of a list."""

    items: tuple[ConversationRow, ...]
    facts: tuple[ConversationFacts, ...]
    next: str | None
    unread_conversations: int


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Items of a thread, oldest first."""

    items: tuple[ThreadItem, ...]
    before: str | None
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Texts that a search found, newest first."""

    items: tuple[FoundText, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ClientSeen:
    """A client as one department's conversation shows them."""

    client: ClientView
    facts: ConversationFacts


@dataclass(frozen=True, slots=True)
class ThreadToMerge:
    """What one department has with two clients, and how much of it is the second one's."""

    department_id: UUID
    department_name: str
    survivor: ConversationFacts | None
    absorbed: ConversationFacts | None
    messages: int
    markers: int
    scheduled: int
    unread: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment and the conversation that it belongs to."""

    conversation_id: UUID
    object_key: str | None
    content_type: str
    file_name: str


class Reader(KnowsStaff, QuarantineReader, Protocol):
    """Questions to the store; each is one round trip and checks no permission by itself."""

    async def staff(self, staff_id: UUID) -> StaffView | None: ...

    async def staff_named(self, staff_ids: Sequence[UUID]) -> tuple[StaffName, ...]:
        """These people, by name."""
        ...

    async def departments(self, reach: Reach) -> tuple[DepartmentView, ...]: ...

    async def unread_conversations(self, rights: StaffRights) -> int: ...

    async def colleagues(
        self, reach: Reach, *, also_former: bool, cursor: str | None, limit: int
    ) -> tuple[tuple[StaffView, ...], str | None]: ...

    async def conversations(
        self, rights: StaffRights, request: ListConversations
    ) -> ConversationPage: ...

    async def access(self, conversation_id: UUID) -> Access | None: ...

    async def conversation(self, conversation_id: UUID) -> ConversationRecord | None: ...

    async def thread(
        self, access: Access, *, before: str | None, limit: int, around: UUID | None = None
    ) -> ThreadPage: ...

    async def search_texts(
        self, scope: SearchScope, *, words: Sequence[str], cursor: str | None, limit: int
    ) -> FoundPage | None:
        """Texts with all of these words; None where no word means anything."""
        ...

    async def conversation_of_message(self, message_id: UUID) -> UUID | None: ...

    async def message(self, access: Access, message_id: UUID) -> MessageView | None: ...

    async def client(self, client_id: UUID) -> Sequence[ClientSeen]: ...

    async def client_history(self, client_id: UUID, conversation_id: UUID) -> ClientHistory:
        """The client's numbers, and what became of them in one department's conversation."""
        ...

    async def number_end(self, client_id: UUID, number: str) -> NumberEndReply:
        """What waits for the client, at this number and to be sent later."""
        ...

    async def earlier_texts(
        self,
        client_id: UUID,
        department_ids: Sequence[UUID],
        *,
        staff_id: UUID,
        overseen: Sequence[UUID],
    ) -> tuple[EarlierTexts, ...]:
        """In the inboxes, and taken from them by this person, or by anybody where overseen."""
        ...

    async def clients_with_number_of(self, conversation_id: UUID) -> tuple[MaybeClient, ...]: ...

    async def clients_called(
        self, department_id: UUID, words: Sequence[str]
    ) -> tuple[MaybeClient, ...]: ...

    async def threads_to_merge(
        self, client_id: UUID, absorb_id: UUID
    ) -> Sequence[ThreadToMerge]: ...

    async def attachment(self, attachment_id: UUID) -> StoredFile | None: ...

    async def mass_message(self, mass_message_id: UUID) -> MassMessageView | None: ...

    async def viewers(
        self, conversation_id: UUID, staff_ids: Sequence[UUID]
    ) -> Mapping[UUID, int]: ...

    async def labels(self, reach: Reach) -> LabelsReply: ...

    async def follow_ups(self, staff_id: UUID) -> tuple[FollowUpView, ...]: ...

    async def due(self, staff_id: UUID, status_id: UUID) -> tuple[UUID, ...]: ...
