"""Learn what became of the texts that were handed over."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from clientcomm_scheduler.application.schedule_book import ScheduleBook
from clientcomm_scheduler.application.tell import change_and_tell
from clientcomm_scheduler.domain.outcomes import Outcome
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage, ended


async def record_outcomes(
    book: ScheduleBook, outcomes: Iterable[tuple[UUID, Outcome]], *, now: datetime
) -> None:
    """Moves occurrences up to these outcomes; a lower one, or an unknown occurrence, is nothing."""
    highest = _highest(outcomes)
    seen = await book.of_occurrences(list(highest))
    if not seen:
        return
    known = await book.lock({message.conversation_id for message in seen.values()})
    messages = await book.of_occurrences(list(seen))
    changed = [
        ended(message, outcome.state, outcome.code)
        for message, outcome in _pairs(messages, highest)
        if outcome.rank > Outcome(message.state).rank
    ]
    await change_and_tell(book, changed, known, now=now)


def _highest(outcomes: Iterable[tuple[UUID, Outcome]]) -> dict[UUID, Outcome]:
    highest: dict[UUID, Outcome] = {}
    for occurrence_id, outcome in outcomes:
        before = highest.get(occurrence_id)
        if before is None or outcome.rank > before.rank:
            highest[occurrence_id] = outcome
    return highest


def _pairs(
    messages: Mapping[UUID, ScheduledMessage], outcomes: Mapping[UUID, Outcome]
) -> list[tuple[ScheduledMessage, Outcome]]:
    return [(message, outcomes[occurrence]) for occurrence, message in messages.items()]
