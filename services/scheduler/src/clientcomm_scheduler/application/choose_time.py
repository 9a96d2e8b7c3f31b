"""From a chosen date, time and zone to the wall time that is stored."""

from datetime import datetime

from clientcomm_contracts.faults import Unavailable
from clientcomm_scheduler.domain.conversation import Conversation
from clientcomm_scheduler.domain.refusals import unknown_time_zone
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage, WallTime
from clientcomm_scheduler.domain.zones import is_zone, zone_named


def chosen(local_time: datetime, time_zone: str | None, conversation: Conversation) -> WallTime:
    """The wall time in the zone asked for, by default the client's (rule 4.1).

    Raises Refused for an unknown zone, Unavailable while the conversation's own is not known.
    """
    known = conversation.time_zone
    if time_zone is None:
        if known is None:
            raise Unavailable("the conversation has not been heard of yet")
        return WallTime(local_time, known, follows_client=True)
    if not is_zone(time_zone):
        raise unknown_time_zone()
    return WallTime(local_time, time_zone, follows_client=time_zone == known)


def is_in_quiet_hours(message: ScheduledMessage, conversation: Conversation) -> bool:
    """Whether it falls due in the client's quiet hours, of which its writer is warned (3.9)."""
    zone = zone_named(conversation.time_zone or message.time_zone)
    return conversation.quiet_hours.covers(message.due_at, zone)
