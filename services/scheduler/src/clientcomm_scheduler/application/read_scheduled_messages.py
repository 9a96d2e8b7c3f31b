"""Show what is scheduled, within a grant."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import not_found
from clientcomm_contracts.scheduler import (
    FindScheduledMessage,
    FindScheduledMessageReply,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessageReply,
    ScheduledMessagesReply,
)
from clientcomm_contracts.values import Action
from clientcomm_scheduler.application.choose_time import is_in_quiet_hours
from clientcomm_scheduler.application.schedule_book import Place, ScheduleBook
from clientcomm_scheduler.application.tell import view_of
from clientcomm_scheduler.domain.refusals import odd_cursor
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage

_READING = (Action.READ, Action.SCHEDULE)


async def find_scheduled_message(
    request: FindScheduledMessage, book: ScheduleBook
) -> FindScheduledMessageReply:
    """Only the conversation, so that the gateway can ask for a grant."""
    message = await book.message(request.scheduled_message_id)
    if message is None:
        raise not_found("scheduled message")
    return FindScheduledMessageReply(conversation_id=message.conversation_id)


async def get_scheduled_message(
    request: GetScheduledMessage, book: ScheduleBook
) -> ScheduledMessageReply:
    """One scheduled message of the grant's conversations."""
    message = await book.message(request.scheduled_message_id)
    if message is None or not any(
        request.grant.allows(action, message.conversation_id) for action in _READING
    ):
        raise not_found("scheduled message")
    [home] = await book.conversations([message.conversation_id])
    return ScheduledMessageReply(
        scheduled_message=view_of(message), is_in_quiet_hours=is_in_quiet_hours(message, home)
    )


async def list_scheduled_messages(
    request: ListScheduledMessages, book: ScheduleBook
) -> ScheduledMessagesReply:
    """A page by due time of what the grant's conversations have."""
    if not request.grant.actions.intersection(_READING):
        raise not_found("conversation")
    found = await book.page(
        request.grant.conversation_ids,
        only_open=not request.include_ended,
        after=_place(request.cursor) if request.cursor else None,
        limit=request.limit + 1,
    )
    shown = found[: request.limit]
    return ScheduledMessagesReply(
        items=tuple(map(view_of, shown)),
        next=_cursor(shown[-1]) if len(found) > request.limit else None,
    )


def _cursor(message: ScheduledMessage) -> str:
    text = f"{message.due_at.isoformat()} {message.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(cursor: str) -> Place:
    try:
        due_at, _, message_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        place = Place(datetime.fromisoformat(due_at), UUID(message_id))
    except (binascii.Error, ValueError):
        raise odd_cursor() from None
    if place.due_at.tzinfo is None:
        raise odd_cursor()
    return place
