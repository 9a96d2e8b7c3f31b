"""The store as reading use cases see it, on one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.clients import ClientHistory
from clientcomm_contracts.conversations.inbox import MaybeClient
from clientcomm_contracts.conversations.labels import FollowUpView, LabelsReply
from clientcomm_contracts.conversations.numbers import EarlierTexts, NumberEndReply
from clientcomm_contracts.conversations.reading import ListConversations
from clientcomm_contracts.conversations.views import (
    DepartmentView,
    MassMessageView,
    MessageView,
    StaffName,
    StaffView,
)
from clientcomm_conversations.adapters.queries import (
    attachments,
    client,
    client_history,
    conversation,
    inbox,
    labels,
    listing,
    mass_messages,
    merging,
    people,
    quarantine,
    searching,
    thread,
    viewers,
)
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.quarantined_rows import KeptText, QuarantineScope
from clientcomm_conversations.application.reading import (
    Access,
    ClientSeen,
    ConversationPage,
    ConversationRecord,
    FoundPage,
    StoredFile,
    ThreadPage,
    ThreadToMerge,
)
from clientcomm_conversations.domain.permissions import Reach, StaffRights
from clientcomm_conversations.domain.search_scope import SearchScope


class PostgresReader:
    """Answers the questions of `application.reading.Reader` from a transaction under way."""

    def __init__(self, tx: Executes, now: datetime) -> None:
        self._tx = tx
        self._now = now

    async def staff_rights(self, staff_id: UUID) -> StaffRights | None:
        return await people.staff_rights(self._tx, staff_id, self._now)

    async def staff(self, staff_id: UUID) -> StaffView | None:
        return await people.staff_view(self._tx, staff_id)

    async def staff_named(self, staff_ids: Sequence[UUID]) -> tuple[StaffName, ...]:
        return await people.staff_named(self._tx, staff_ids)

    async def departments(self, reach: Reach) -> tuple[DepartmentView, ...]:
        return await people.departments(self._tx, reach)

    async def unread_conversations(self, rights: StaffRights) -> int:
        return await viewers.unread_conversations(self._tx, rights)

    async def colleagues(
        self, reach: Reach, *, also_former: bool, cursor: str | None, limit: int
    ) -> tuple[tuple[StaffView, ...], str | None]:
        return await people.colleagues(
            self._tx, reach, also_former=also_former, cursor=cursor, limit=limit
        )

    async def conversations(
        self, rights: StaffRights, request: ListConversations
    ) -> ConversationPage:
        return await listing.conversations(self._tx, rights, request, self._now)

    async def access(self, conversation_id: UUID) -> Access | None:
        return await conversation.access(self._tx, conversation_id)

    async def conversation(self, conversation_id: UUID) -> ConversationRecord | None:
        return await conversation.conversation(self._tx, conversation_id, self._now)

    async def thread(
        self, access: Access, *, before: str | None, limit: int, around: UUID | None = None
    ) -> ThreadPage:
        return await thread.thread(self._tx, access, before=before, limit=limit, around=around)

    async def search_texts(
        self, scope: SearchScope, *, words: Sequence[str], cursor: str | None, limit: int
    ) -> FoundPage | None:
        return await searching.search_texts(
            self._tx, scope, words=words, cursor=cursor, limit=limit, now=self._now
        )

    async def conversation_of_message(self, message_id: UUID) -> UUID | None:
        return await thread.conversation_of_message(self._tx, message_id)

    async def message(self, access: Access, message_id: UUID) -> MessageView | None:
        return await thread.message(self._tx, access, message_id)

    async def client(self, client_id: UUID) -> Sequence[ClientSeen]:
        return await client.client(self._tx, client_id)

    async def client_history(self, client_id: UUID, conversation_id: UUID) -> ClientHistory:
        return await client_history.client_history(self._tx, client_id, conversation_id)

    async def number_end(self, client_id: UUID, number: str) -> NumberEndReply:
        return await client.number_end(self._tx, client_id, number)

    async def earlier_texts(
        self,
        client_id: UUID,
        department_ids: Sequence[UUID],
        *,
        staff_id: UUID,
        overseen: Sequence[UUID],
    ) -> tuple[EarlierTexts, ...]:
        return await inbox.earlier_texts(
            self._tx, client_id, department_ids, staff_id=staff_id, overseen=overseen
        )

    async def clients_with_number_of(self, conversation_id: UUID) -> tuple[MaybeClient, ...]:
        return await inbox.clients_with_number_of(self._tx, conversation_id)

    async def clients_called(
        self, department_id: UUID, words: Sequence[str]
    ) -> tuple[MaybeClient, ...]:
        return await inbox.clients_called(self._tx, department_id, words)

    async def quarantined(
        self, scope: QuarantineScope, *, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptText], str | None]:
        return await quarantine.quarantined(self._tx, scope, cursor=cursor, limit=limit)

    async def threads_to_merge(self, client_id: UUID, absorb_id: UUID) -> Sequence[ThreadToMerge]:
        return await merging.threads_to_merge(self._tx, client_id, absorb_id)

    async def attachment(self, attachment_id: UUID) -> StoredFile | None:
        return await attachments.attachment(self._tx, attachment_id)

    async def mass_message(self, mass_message_id: UUID) -> MassMessageView | None:
        return await mass_messages.mass_message(self._tx, mass_message_id, self._now)

    async def viewers(self, conversation_id: UUID, staff_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        return await viewers.viewers(self._tx, conversation_id, staff_ids, self._now)

    async def labels(self, reach: Reach) -> LabelsReply:
        return await labels.labels(self._tx, reach)

    async def follow_ups(self, staff_id: UUID) -> tuple[FollowUpView, ...]:
        return await labels.follow_ups(self._tx, staff_id, self._now)

    async def due(self, staff_id: UUID, status_id: UUID) -> tuple[UUID, ...]:
        return await labels.due(self._tx, staff_id, status_id, self._now)
