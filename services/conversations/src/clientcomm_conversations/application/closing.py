"""What closing does to conversations: all read, nothing left to go out by itself (rule 2.11)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.caseload import Outcome
from clientcomm_conversations.application.marking import mark, name_of
from clientcomm_conversations.application.withdraw_texts import withdraw_texts
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.refusals import caseload as refusals
from clientcomm_conversations.domain.thread import Closing, Thread


async def outcome_to_close_with(writer: Writer, outcome_id: UUID | None) -> Outcome | None:
    """The outcome that was chosen. Raises Refused if it is not offered."""
    if outcome_id is None:
        return None
    outcome = await writer.outcome(outcome_id)
    if outcome is None or not outcome.is_offered:
        raise refusals.unknown_outcome()
    return outcome


async def close(
    writer: Writer, threads: Sequence[Thread], *, by_staff_id: UUID, chosen: Outcome | None
) -> None:
    """Close locked conversations; what is scheduled ends with the fact, at scheduler.

    A person's text that is on its way still goes: it may be the farewell.
    """
    outcomes = await _outcomes(writer, threads, chosen)
    unsent = await writer.unsent_automatic([thread.id for thread in threads])
    await _read_all(writer, threads, by_staff_id)
    name = await name_of(writer, by_staff_id)
    for thread in threads:
        _close(
            writer,
            thread,
            outcomes.get(thread.department_id),
            by_staff_id=by_staff_id,
            by_name=name,
        )
    await writer.save(threads)
    withdraw_texts(writer, unsent)


async def _outcomes(
    writer: Writer, threads: Sequence[Thread], chosen: Outcome | None
) -> Mapping[UUID, Outcome]:
    """By department: the chosen one, or each department's default one, else its first."""
    if chosen is not None:
        return {chosen.department_id: chosen}
    offered = await writer.outcomes(sorted({thread.department_id for thread in threads}))
    outcomes: dict[UUID, Outcome] = {}
    for one in offered:
        before = outcomes.get(one.department_id)
        if one.is_offered and (before is None or (one.is_default and not before.is_default)):
            outcomes[one.department_id] = one
    return outcomes


async def _read_all(writer: Writer, threads: Sequence[Thread], by_staff_id: UUID) -> None:
    unread = [thread for thread in threads if thread.unread_count]
    places = await writer.last_inbound_places([thread.id for thread in unread]) if unread else {}
    for thread in unread:
        thread.read_all(places.get(thread.id))
        moved = facts.read_position_moved(thread, now=writer.now(), by_staff_id=by_staff_id)
        writer.publish(moved)


def _close(
    writer: Writer,
    thread: Thread,
    outcome: Outcome | None,
    *,
    by_staff_id: UUID,
    by_name: str | None,
) -> None:
    now = writer.now()
    thread.close(Closing(now, by_staff_id, outcome.id if outcome else None))
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by_staff_id))
    details = {"outcome": outcome.name} if outcome else {}
    mark(writer, thread, MarkerKind.CLOSED, by=by_staff_id, by_name=by_name, details=details)
