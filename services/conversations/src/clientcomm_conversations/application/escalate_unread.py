"""A text that stays unread too long is brought to somebody's notice (rule 2.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.office_hours import Office

AT_ONCE = 50
"""How many conversations one transaction locks; a notice goes to several people at most."""

_OLD_NEWS = timedelta(days=14)
"""What waits longer is no news: when the rule begins to be kept, not the whole past is told."""

_MOST_NOTICES = 100


@dataclass(frozen=True, slots=True)
class Watch:
    """How long a department lets a text wait, in hours of its office."""

    department_id: UUID
    office: Office
    limit: timedelta


@dataclass(frozen=True, slots=True)
class Overdue:
    """The newest text that waits too long in a conversation, and who should know.

    `covers` stand in for who is assigned; else it is the `supervisors`'.
    """

    conversation_id: UUID
    message_id: UUID
    client: str
    assigned: str
    covers: tuple[UUID, ...]


class EscalationStore(Protocol):
    """Conversations with unread texts, within one transaction."""

    async def take_overdue(
        self, department_id: UUID, *, before: datetime, after: datetime, most: int
    ) -> Sequence[Overdue]:
        """Unread texts between these instants that nobody was told of; they count as told now.

        Conversations that are locked at the moment are left for the next round.
        """
        ...

    async def supervisors(self, department_id: UUID) -> Sequence[UUID]:
        """Active supervisors of the department, else those of the organisation."""
        ...


async def escalate_unread(writer: Writer, store: EscalationStore, watch: Watch) -> int:
    """Tell of some; returns how many conversations that were. Fewer than asked: no more wait."""
    before = watch.office.open_for(watch.limit, until=writer.now())
    if before is None:
        return 0
    overdue = await store.take_overdue(
        watch.department_id, before=before, after=before - _OLD_NEWS, most=AT_ONCE
    )
    supervisors = await store.supervisors(watch.department_id) if overdue else ()
    for_whom: dict[UUID, list[Overdue]] = {}
    for one in overdue:
        for staff_id in one.covers or supervisors:
            for_whom.setdefault(staff_id, []).append(one)
    notices = [_notice(watch, theirs, staff_id) for staff_id, theirs in for_whom.items()]
    for first in range(0, len(notices), _MOST_NOTICES):
        writer.publish(SendNoticesV1(items=tuple(notices[first : first + _MOST_NOTICES])))
    return len(overdue)


def _notice(watch: Watch, overdue: Sequence[Overdue], staff_id: UUID) -> Notice:
    """One for all: a supervisor back from a holiday reads one e-mail, not fifty.

    Its id follows from the first text and the reader, so that a repetition is none.
    """
    first, is_one = overdue[0], len(overdue) == 1
    details = {
        "client": first.client if is_one else "",
        "assigned": first.assigned if is_one else "",
        "count": "" if is_one else str(len(overdue)),
        "hours": f"{watch.limit / timedelta(hours=1):g}",
    }
    return Notice(
        id=uuid5(first.message_id, f"unread_too_long {staff_id}"),
        staff_id=staff_id,
        kind=NoticeKind.UNREAD_TOO_LONG,
        department_id=watch.department_id,
        conversation_id=first.conversation_id if is_one else None,
        details={name: value for name, value in details.items() if value},
    )
