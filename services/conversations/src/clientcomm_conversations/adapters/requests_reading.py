"""Questions from the gateway: none of them changes anything."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from clientcomm_chassis.clock import Clock
from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.directory import GetMe, ListDepartments, ListStaff
from clientcomm_contracts.conversations.inbox import SuggestClients
from clientcomm_contracts.conversations.labels import ListDue, ListLabels
from clientcomm_contracts.conversations.mass_messages import GetMassMessage
from clientcomm_contracts.conversations.merging import PreviewMerge
from clientcomm_contracts.conversations.messages import GetMessage
from clientcomm_contracts.conversations.numbers import ListEarlierTexts, PreviewNumberEnd
from clientcomm_contracts.conversations.quarantine import ListQuarantine
from clientcomm_contracts.conversations.reading import (
    GetAttachment,
    GetConversation,
    GetThread,
    ListConversations,
)
from clientcomm_contracts.conversations.rights import GetGrant, ListViewers
from clientcomm_contracts.conversations.search import SearchMessages
from clientcomm_conversations.adapters.queries.reader import PostgresReader
from clientcomm_conversations.application.earlier_texts import list_earlier_texts
from clientcomm_conversations.application.get_attachment import get_attachment
from clientcomm_conversations.application.get_client import get_client
from clientcomm_conversations.application.get_conversation import get_conversation
from clientcomm_conversations.application.get_grant import get_grant
from clientcomm_conversations.application.get_mass_message import get_mass_message
from clientcomm_conversations.application.get_me import get_me
from clientcomm_conversations.application.get_message import get_message
from clientcomm_conversations.application.get_thread import get_thread
from clientcomm_conversations.application.list_conversations import list_conversations
from clientcomm_conversations.application.list_departments import list_departments
from clientcomm_conversations.application.list_labels import list_due, list_labels
from clientcomm_conversations.application.list_staff import list_staff
from clientcomm_conversations.application.list_viewers import list_viewers
from clientcomm_conversations.application.preview_merge import preview_merge
from clientcomm_conversations.application.preview_number_end import preview_number_end
from clientcomm_conversations.application.quarantine import list_quarantine
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.application.search_messages import search_messages
from clientcomm_conversations.application.suggest_clients import suggest_clients
from clientcomm_persistence import Database, Transaction

Answer = Callable[[Any], Awaitable[Reply]]
Q = TypeVar("Q", bound=Request[Any])


def reading_handlers(database: Database, clock: Clock) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each question."""

    def answering(ask: Callable[[Reader, Q], Awaitable[Reply]]) -> Callable[[Q], Awaitable[Reply]]:
        async def answer(request: Q) -> Reply:
            async def work(tx: Transaction) -> Reply:
                return await ask(PostgresReader(tx, clock.now()), request)

            return await database.read(work)

        return answer

    return {
        GetAttachment: answering(get_attachment),
        GetClient: answering(get_client),
        GetConversation: answering(get_conversation),
        GetGrant: answering(get_grant),
        GetMassMessage: answering(get_mass_message),
        GetMe: answering(get_me),
        GetMessage: answering(get_message),
        GetThread: answering(get_thread),
        ListConversations: answering(list_conversations),
        ListDue: answering(list_due),
        ListLabels: answering(list_labels),
        ListDepartments: answering(list_departments),
        ListStaff: answering(list_staff),
        ListViewers: answering(list_viewers),
        ListEarlierTexts: answering(list_earlier_texts),
        SuggestClients: answering(suggest_clients),
        ListQuarantine: answering(list_quarantine),
        PreviewMerge: answering(preview_merge),
        PreviewNumberEnd: answering(preview_number_end),
        SearchMessages: answering(search_messages),
    }
