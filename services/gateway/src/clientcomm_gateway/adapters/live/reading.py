"""Which conversation an event speaks of, and what of it a page would show."""

from collections.abc import Iterable
from uuid import UUID

import orjson

from clientcomm_bus import Item
from clientcomm_contracts.conversations.events import (
    AttachmentStoredV1,
    ConversationChangedV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageRefiledV1,
    MessageStateChangedV1,
    MessageWrittenV1,
    OptOutChangedV1,
)
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_gateway.adapters.live.changes import Change

ROUTING_KEYS = (
    "conversations.message.#",
    "conversations.marker.#",
    "conversations.conversation.#",
    "conversations.attachment.#",
    "conversations.opt_out.#",
    "scheduler.conversation_schedule.#",
)
_WITH_MESSAGE = frozenset(
    {
        MessageWrittenV1.name,
        MessageReceivedV1.name,
        MessageStateChangedV1.name,
        MessageRefiledV1.name,
        AttachmentStoredV1.name,
    }
)
_RESHAPING = frozenset(
    {
        ConversationChangedV1.name,
        ConversationsMergedV1.name,
        OptOutChangedV1.name,
        ConversationScheduleChangedV1.name,
        MessageRefiledV1.name,
    }
)


def changes_in(items: Iterable[Item]) -> Iterable[tuple[UUID, Change]]:
    """Read only ids: these are hints, and what is shown is asked for afresh."""
    for item in items:
        body = orjson.loads(item.body)
        conversation_id = body.get("conversation_id") or body.get("aggregate_id")
        if isinstance(conversation_id, str):
            yield UUID(conversation_id), _change(item.name, body.get("message_id"))


def _change(name: str, message_id: object) -> Change:
    change = Change(events=1)
    if name in _WITH_MESSAGE and isinstance(message_id, str):
        change.message_ids[UUID(message_id)] = None
    change.has_markers = name == MarkerAddedV1.name
    change.is_reshaped = name in _RESHAPING
    return change
