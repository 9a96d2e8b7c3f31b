"""Keep what became of scheduled messages, and tell it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.scheduler import (
    ConversationScheduleChangedV1,
    ScheduledMessageChangedV1,
    ScheduledMessageView,
)
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.domain.conversation import Conversation, ScheduleSummary
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage


async def change_and_tell(
    book: ScheduleBook,
    messages: Sequence[ScheduledMessage],
    conversations: Mapping[UUID, Conversation],
    *,
    now: datetime,
) -> Sequence[ScheduledMessage]:
    """Keep changed messages under their next version, with the events that this makes."""
    changed = [replace(message, version=message.version + 1) for message in messages]
    if changed:
        await book.change(changed)
    for message in changed:
        book.publish(changed_event(message, now))
    await tell_summaries(book, conversations.values(), now=now)
    return changed


async def tell_summaries(
    book: ScheduleBook, conversations: Collection[Conversation], *, now: datetime
) -> None:
    """Tell the new count and next instant of those (locked) conversations where they differ."""
    summaries = await book.summaries([conversation.id for conversation in conversations])
    changed = [
        replace(
            conversation,
            summary=summaries.get(conversation.id, ScheduleSummary()),
            schedule_sequence=conversation.schedule_sequence + 1,
        )
        for conversation in conversations
        if summaries.get(conversation.id, ScheduleSummary()) != conversation.summary
    ]
    if changed:
        await book.keep_summaries(changed)
    for conversation in changed:
        book.publish(_summary_event(conversation, now))


def changed_event(message: ScheduledMessage, now: datetime) -> ScheduledMessageChangedV1:
    """The whole state of a scheduled message as a fact."""
    return ScheduledMessageChangedV1(
        aggregate_id=message.id,
        sequence=message.version,
        occurred_at=now,
        conversation_id=message.conversation_id,
        body=message.body,
        local_time=message.local_time,
        time_zone=message.time_zone,
        due_at=message.due_at,
        state=message.state,
        by_staff_id=message.by_staff_id,
    )


def view_of(message: ScheduledMessage) -> ScheduledMessageView:
    """A scheduled message as replies show it."""
    return ScheduledMessageView(
        id=message.id,
        conversation_id=message.conversation_id,
        body=message.body,
        local_time=message.local_time,
        time_zone=message.time_zone,
        due_at=message.due_at,
        is_shifted=message.is_shifted,
        state=message.state,
        refusal_code=message.refusal_code,
        by_staff_id=message.by_staff_id,
        by_staff_name=message.by_staff_name,
        created_at=message.created_at,
        version=message.version,
    )


def _summary_event(conversation: Conversation, now: datetime) -> ConversationScheduleChangedV1:
    return ConversationScheduleChangedV1(
        aggregate_id=conversation.schedule_id,
        sequence=conversation.schedule_sequence,
        occurred_at=now,
        conversation_id=conversation.id,
        scheduled_count=conversation.summary.count,
        next_scheduled_at=conversation.summary.next_at,
    )
