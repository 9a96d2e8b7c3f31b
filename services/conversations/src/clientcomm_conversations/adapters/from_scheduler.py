"""What scheduler tells: how a conversation's schedule stands."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Message
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.application.follow_schedule import follow_schedule
from clientcomm_persistence.inbox import Handler

QUEUE = "conversations.from-scheduler.v1"
CONSUMER = "conversations.from-scheduler"
MESSAGES_AT_ONCE = 200


def handlers(writers: Writers) -> Mapping[type[Message], Handler[Any]]:
    """What to do with each event of scheduler."""
    return {ConversationScheduleChangedV1: writers.handling(follow_schedule)}
