"""One scheduled message that the asker may touch, held together with its conversation."""

from uuid import UUID

from clientcomm_contracts.faults import not_found
from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import Action
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.domain.conversation import Conversation
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage


async def locked_message(
    book: ScheduleBook, scheduled_message_id: UUID, grant: Grant
) -> tuple[ScheduledMessage, Conversation]:
    """The message under its conversation's lock. Raises Refused for what the grant leaves out.

    It is read again under the lock: a merge may have moved it in between.
    """
    message = await book.message(scheduled_message_id)
    while message is not None and grant.allows(Action.SCHEDULE, message.conversation_id):
        seen_in = message.conversation_id
        known = await book.lock([seen_in])
        message = await book.message(scheduled_message_id)
        if message is not None and message.conversation_id == seen_in:
            return message, known[seen_in]
    raise not_found("scheduled message")
