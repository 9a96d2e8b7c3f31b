"""What other services ask conversations to do."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Message
from clientcomm_contracts.conversations.commands import SendOccurrencesV1
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.application.write_due_occurrences import write_due_occurrences
from clientcomm_persistence.inbox import Handler

QUEUE = "conversations.commands.v1"
CONSUMER = "conversations.commands"
MESSAGES_AT_ONCE = 10
"""A command holds up to 100 texts."""


def handlers(writers: Writers) -> Mapping[type[Message], Handler[Any]]:
    """What to do with each command."""
    return {SendOccurrencesV1: writers.handling(write_due_occurrences)}
