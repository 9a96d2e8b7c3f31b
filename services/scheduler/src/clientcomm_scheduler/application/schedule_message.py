"""Send later: keep a text until its local time comes (rules 4.1, 4.2)."""

from clientcomm_contracts.faults import not_found
from clientcomm_contracts.scheduler import ScheduledMessageReply, ScheduleMessage
from clientcomm_contracts.values import Action
from clientcomm_scheduler.application.choose_time import chosen, is_in_quiet_hours
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.surroundings import Surroundings
from clientcomm_scheduler.application.tell import changed_event, tell_summaries, view_of
from clientcomm_scheduler.domain.bodies import tidied
from clientcomm_scheduler.domain.conversation import path_from
from clientcomm_scheduler.domain.horizon import require_within_a_year
from clientcomm_scheduler.domain.scheduled_message import Ids, Writer, write
from clientcomm_scheduler.domain.zones import zone_named


async def schedule_message(
    request: ScheduleMessage, book: ScheduleBook, around: Surroundings
) -> ScheduledMessageReply:
    """Keeps the text, in the survivor if the conversation was merged. Raises Refused."""
    grant = request.grant
    if not grant.allows(Action.SCHEDULE, request.conversation_id):
        raise not_found("conversation")
    known = await book.lock([request.conversation_id])
    home = path_from(request.conversation_id, known)[-1]
    when = chosen(request.local_time, request.time_zone, home)
    message = write(
        tidied(request.body),
        when,
        ids=Ids(around.new_id(), around.new_id()),
        conversation_id=home.id,
        writer=Writer(grant.staff_id, grant.staff_name),
        now=around.now,
        zone_data=around.zone_data,
    )
    require_within_a_year(message.due_at, now=around.now, zone=zone_named(when.time_zone))
    await book.add(message)
    book.publish(changed_event(message, around.now))
    await tell_summaries(book, [home], now=around.now)
    return ScheduledMessageReply(
        scheduled_message=view_of(message), is_in_quiet_hours=is_in_quiet_hours(message, home)
    )
