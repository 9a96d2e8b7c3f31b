"""Orders on who is behind a conversation: numbers, merges, unknown senders, shared phones."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.inbox import (
    AttachConversation,
    BlockSender,
    RefileMessage,
    UnblockSender,
)
from clientcomm_contracts.conversations.merging import MergeClients
from clientcomm_contracts.conversations.numbers import AddNumber, EditNumber, GiveUpNumber
from clientcomm_contracts.conversations.quarantine import AssignQuarantined, FileQuarantined
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.application.attach_conversation import attach_conversation
from clientcomm_conversations.application.block_sender import block_sender, unblock_sender
from clientcomm_conversations.application.change_numbers import (
    add_number,
    edit_number,
    give_up_number,
)
from clientcomm_conversations.application.file_quarantined import file_quarantined
from clientcomm_conversations.application.merge_clients import merge_clients
from clientcomm_conversations.application.quarantine import assign_quarantined
from clientcomm_conversations.application.refile_message import refile_message
from clientcomm_persistence.database import Database


def identity_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each order."""
    return {
        AddNumber: writers.answering(database, add_number),
        EditNumber: writers.answering(database, edit_number),
        GiveUpNumber: writers.answering(database, give_up_number),
        AttachConversation: writers.answering(database, attach_conversation),
        BlockSender: writers.answering(database, block_sender),
        UnblockSender: writers.answering(database, unblock_sender),
        RefileMessage: writers.answering(database, refile_message),
        AssignQuarantined: writers.answering(database, assign_quarantined),
        FileQuarantined: writers.answering(database, file_quarantined),
        MergeClients: writers.answering(database, merge_clients),
    }
