"""Conversations change hands: the markers, the assignments and the facts (rules 1.6, 2.9)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.marking import mark
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.thread import Thread


async def hand_on(
    writer: Writer,
    threads: Sequence[Thread],
    *,
    to_staff_id: UUID | None,
    by_staff_id: UUID,
    note: str = "",
) -> None:
    """Locked, open conversations to a case manager, or to the unassigned inbox (None).

    Read positions, schedules, statuses and notes lie with the conversation and so move with it.
    """
    now = writer.now()
    people = {by_staff_id, to_staff_id, *(thread.assigned_to for thread in threads)}
    names = await writer.staff_names(sorted(one for one in people if one is not None))
    for thread in threads:
        details = _details(names, from_staff_id=thread.assigned_to, to_staff_id=to_staff_id)
        is_transfer = thread.assigned_to is not None
        thread.give_to(
            to_staff_id,
            assignment_id=writer.new_id(),
            at=now,
            by_staff_id=by_staff_id,
            note=note,
        )
        writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by_staff_id))
        kind = MarkerKind.TRANSFERRED if is_transfer else MarkerKind.ASSIGNED
        by_name = names.get(by_staff_id)
        mark(writer, thread, kind, by=by_staff_id, by_name=by_name, details=details)
    await writer.save(threads)


def _details(
    names: Mapping[UUID, str], *, from_staff_id: UUID | None, to_staff_id: UUID | None
) -> dict[str, str]:
    """Whom the marker names; without `to_staff` it went to the unassigned inbox."""
    named = {"from_staff": from_staff_id, "to_staff": to_staff_id}
    return {role: names[one] for role, one in named.items() if one is not None}
