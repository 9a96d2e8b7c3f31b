"""Change text or time of what was not handed over yet (rule 4.1)."""

from dataclasses import replace

from clientcomm_contracts.scheduler import EditScheduledMessage, ScheduledMessageReply
from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.application.choose_time import chosen, is_in_quiet_hours
from clientcomm_scheduler.application.locked_message import locked_message
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.surroundings import Surroundings
from clientcomm_scheduler.application.tell import change_and_tell, view_of
from clientcomm_scheduler.domain.bodies import tidied
from clientcomm_scheduler.domain.conversation import Conversation
from clientcomm_scheduler.domain.horizon import require_within_a_year
from clientcomm_scheduler.domain.refusals import already_canceled, already_handed_over
from clientcomm_scheduler.domain.scheduled_message import (
    EDITABLE,
    ScheduledMessage,
    moved_to,
    revived,
)
from clientcomm_scheduler.domain.zones import zone_named


async def edit_scheduled_message(
    request: EditScheduledMessage, book: ScheduleBook, around: Surroundings
) -> ScheduledMessageReply:
    """Changes what is given; what was missed gets another chance at its new time."""
    message, home = await locked_message(book, request.scheduled_message_id, request.grant)
    _require_editable(message.state)
    edited = _edited(request, message, home, around)
    if edited != message:
        [edited] = await change_and_tell(book, [edited], {home.id: home}, now=around.now)
    return ScheduledMessageReply(
        scheduled_message=view_of(edited), is_in_quiet_hours=is_in_quiet_hours(edited, home)
    )


def _edited(
    request: EditScheduledMessage,
    message: ScheduledMessage,
    home: Conversation,
    around: Surroundings,
) -> ScheduledMessage:
    body = message.body if request.body is None else tidied(request.body)
    edited = replace(message, body=body)
    is_moved = request.local_time is not None or request.time_zone is not None
    if not is_moved and message.state is ScheduledState.SCHEDULED:
        return edited
    if is_moved:
        zone_name = request.time_zone or message.time_zone
        when = chosen(request.local_time or message.local_time, zone_name, home)
        edited = moved_to(edited, when, zone_data=around.zone_data)
    require_within_a_year(edited.due_at, now=around.now, zone=zone_named(edited.time_zone))
    return revived(edited, around.new_id())


def _require_editable(state: ScheduledState) -> None:
    if state is ScheduledState.CANCELED:
        raise already_canceled()
    if state not in EDITABLE:
        raise already_handed_over()
