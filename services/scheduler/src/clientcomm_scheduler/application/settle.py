"""Let what waits follow its conversation: merges, closings, zones (rules 2.5, 2.11, 4.2)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.surroundings import Surroundings
from clientcomm_scheduler.application.tell import change_and_tell
from clientcomm_scheduler.domain.conversation import Conversation, is_closed_since, path_from
from clientcomm_scheduler.domain.scheduled_message import (
    ScheduledMessage,
    ended,
    with_zone_data,
    with_zone_of_client,
)
from clientcomm_scheduler.domain.zones import is_zone


async def settle(
    book: ScheduleBook, conversation_ids: Collection[UUID], around: Surroundings
) -> None:
    """Bring the messages of these conversations in line with all that is known by now.

    What comes out depends on the known facts alone, so events may arrive in any order.
    """
    known = await book.lock(conversation_ids)
    messages = await book.unsettled(list(known))
    if not messages:
        return
    known = {**known, **await book.lock({message.written_in for message in messages})}
    settled = [_settled(message, known, around) for message in messages]
    pairs = [(new, old) for new, old in zip(settled, messages, strict=True) if new != old]
    untold = [new for new, old in pairs if replace(new, zone_data=old.zone_data) == old]
    if untold:
        await book.change(untold)
    changed = [new for new, _ in pairs if new not in untold]
    await change_and_tell(book, changed, known, now=around.now)


def _settled(
    message: ScheduledMessage, known: Mapping[UUID, Conversation], around: Surroundings
) -> ScheduledMessage:
    path = path_from(message.written_in, known)
    home = path[-1]
    at_home = replace(message, conversation_id=home.id)
    if message.state is not ScheduledState.SCHEDULED:
        return at_home
    if is_closed_since(message.created_at, path):
        return ended(at_home, ScheduledState.CANCELED)
    zone = home.time_zone if home.time_zone and is_zone(home.time_zone) else None
    followed = with_zone_of_client(at_home, zone, zone_data=around.zone_data)
    return with_zone_data(followed, around.zone_data)


async def settle_zone_data(book: ScheduleBook, around: Surroundings, *, limit: int = 100) -> int:
    """A batch of what waits with an instant by older zone data; returns how many there were."""
    outdated = await book.with_older_zone_data(around.zone_data, limit=limit)
    if outdated:
        await settle(book, {message.conversation_id for message in outdated}, around)
    return len(outdated)
