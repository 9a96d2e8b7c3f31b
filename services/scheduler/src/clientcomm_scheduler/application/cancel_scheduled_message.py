"""Call off what was not handed over yet, or clear away what came to nothing (rule 4.1)."""

from clientcomm_contracts.scheduler import CancelScheduledMessage, ScheduledMessageReply
from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.application.locked_message import locked_message
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.surroundings import Surroundings
from clientcomm_scheduler.application.tell import change_and_tell, view_of
from clientcomm_scheduler.domain.refusals import already_handed_over
from clientcomm_scheduler.domain.scheduled_message import EDITABLE, ended


async def cancel_scheduled_message(
    request: CancelScheduledMessage, book: ScheduleBook, around: Surroundings
) -> ScheduledMessageReply:
    """Cancels it; a second time has no effect. Raises Refused once it was handed over."""
    message, home = await locked_message(book, request.scheduled_message_id, request.grant)
    if message.state is ScheduledState.CANCELED:
        return ScheduledMessageReply(scheduled_message=view_of(message))
    if message.state not in EDITABLE:
        raise already_handed_over()
    canceled = ended(message, ScheduledState.CANCELED)
    [canceled] = await change_and_tell(book, [canceled], {home.id: home}, now=around.now)
    return ScheduledMessageReply(scheduled_message=view_of(canceled))
