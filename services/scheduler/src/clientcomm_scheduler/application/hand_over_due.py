"""Hand over what is due, and list as missed what is too late (rules 4.4, 4.9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.tell import change_and_tell
from clientcomm_scheduler.domain.conversation import Conversation
from clientcomm_scheduler.domain.late_policy import last_moment
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage, ended
from clientcomm_scheduler.domain.zones import zone_named

LIMIT = 100
"""As many as one command carries."""


async def hand_over_due(book: ScheduleBook, now: datetime) -> Sequence[ScheduledMessage]:
    """One batch, in one transaction; returns what fell due, earliest first."""
    due = await book.claim_due(now, limit=LIMIT)
    if not due:
        return ()
    known = await book.lock({message.conversation_id for message in due})
    limits = {message.id: _last_moment(message, known) for message in due}
    decided = [_decided(message, limits[message.id], now) for message in due]
    items = [
        _item(message, limits[message.id])
        for message in decided
        if message.state is ScheduledState.HANDED_OVER
    ]
    if items:
        book.publish(SendOccurrencesV1(items=tuple(items)))
    await change_and_tell(book, decided, known, now=now)
    return due


def _decided(message: ScheduledMessage, limit: datetime | None, now: datetime) -> ScheduledMessage:
    if limit is not None and now > limit:
        return ended(message, ScheduledState.MISSED)
    return ended(message, ScheduledState.HANDED_OVER)


def _last_moment(message: ScheduledMessage, known: Mapping[UUID, Conversation]) -> datetime | None:
    if message.tolerance is None:
        return None
    home = known[message.conversation_id]
    zone = zone_named(home.time_zone or message.time_zone)
    return last_moment(message.due_at, message.tolerance, home.quiet_hours, zone)


def _item(message: ScheduledMessage, limit: datetime | None) -> DueOccurrence:
    return DueOccurrence(
        occurrence_id=message.occurrence_id,
        conversation_id=message.conversation_id,
        staff_id=message.by_staff_id,
        body=message.body,
        due_at=message.due_at,
        not_after=limit,
    )
