"""Orders from the gateway: each is one transaction, answered when it is committed."""

from collections.abc import Hashable, Mapping
from typing import Any

from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.caseload import (
    CloseConversation,
    CloseConversations,
    ReopenConversation,
    TransferConversation,
    TransferConversations,
)
from clientcomm_contracts.conversations.clients import AddClient, EditClient
from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.conversations.labels import SetLabels
from clientcomm_contracts.conversations.mass_messages import SendMassMessage, StopMassMessage
from clientcomm_contracts.conversations.messages import ResendMessage, SendMessage
from clientcomm_contracts.conversations.reading import MarkRead, MarkUnread
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.adapters.requests_on_identity import identity_handlers
from clientcomm_conversations.application.add_client import add_client
from clientcomm_conversations.application.assign_conversation import assign_conversation
from clientcomm_conversations.application.close_caseload import close_caseload
from clientcomm_conversations.application.close_conversation import close_conversation
from clientcomm_conversations.application.edit_client import edit_client
from clientcomm_conversations.application.mark_read import mark_read, mark_unread
from clientcomm_conversations.application.reopen_conversation import reopen_conversation
from clientcomm_conversations.application.resend_message import resend_message
from clientcomm_conversations.application.send_mass_message import send_mass_message
from clientcomm_conversations.application.send_message import send_messages
from clientcomm_conversations.application.set_labels import set_labels
from clientcomm_conversations.application.stop_mass_message import stop_mass_message
from clientcomm_conversations.application.transfer_caseload import transfer_caseload
from clientcomm_conversations.application.transfer_conversation import transfer_conversation
from clientcomm_conversations.domain.bodies import storable
from clientcomm_persistence.database import Database


def writing_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each order."""
    return {
        **identity_handlers(database, writers),
        SendMessage: writers.answering_together(
            database, send_messages, apart=_whose_key, in_turn=_to_whom
        ),
        ResendMessage: writers.answering(database, resend_message),
        MarkRead: writers.answering(database, mark_read),
        MarkUnread: writers.answering(database, mark_unread),
        AddClient: writers.answering(database, add_client),
        EditClient: writers.answering(database, edit_client),
        AssignConversation: writers.answering(database, assign_conversation),
        TransferConversation: writers.answering(database, transfer_conversation),
        TransferConversations: writers.answering(database, transfer_caseload),
        CloseConversation: writers.answering(database, close_conversation),
        CloseConversations: writers.answering(database, close_caseload),
        ReopenConversation: writers.answering(database, reopen_conversation),
        SetLabels: writers.answering(database, set_labels),
        SendMassMessage: writers.answering(database, send_mass_message),
        StopMassMessage: writers.answering(database, stop_mass_message),
    }


def _whose_key(request: SendMessage) -> Hashable:
    """The same key twice: the second is answered with what became of the first."""
    return request.asker.staff_id, storable(request.repeat_key.key)


def _to_whom(request: SendMessage) -> Hashable:
    return request.conversation_id
