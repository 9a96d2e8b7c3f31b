"""What scheduler knows of a conversation, and what its merging and closing do to schedules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from clientcomm_scheduler.domain.quiet_hours import QuietHours


@dataclass(frozen=True, slots=True)
class ScheduleSummary:
    """What the client list shows of a conversation's schedule."""

    count: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by what its events said; `time_zone` is None until one said it.

    `closed_at` is the latest closing, `merged_at` when it was absorbed by `merged_into`.
    """

    id: UUID
    time_zone: str | None = None
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    closed_at: datetime | None = None
    merged_into: UUID | None = None
    merged_at: datetime | None = None
    schedule_sequence: int = 0
    summary: ScheduleSummary = field(default_factory=ScheduleSummary)

    @property
    def schedule_id(self) -> UUID:
        """The aggregate of `ConversationScheduleChangedV1`: its sequence is scheduler's own."""
        return uuid5(self.id, "schedule")


def path_from(conversation_id: UUID, known: Mapping[UUID, Conversation]) -> Sequence[Conversation]:
    """The conversation and the survivors that it went to, one after the other (rule 2.5)."""
    path: list[Conversation] = []
    here = known.get(conversation_id)
    while here is not None and here not in path:
        path.append(here)
        here = known.get(here.merged_into) if here.merged_into else None
    return path


def is_closed_since(created_at: datetime, path: Sequence[Conversation]) -> bool:
    """Whether one of these was closed while what was scheduled then stood in it (rule 2.11).

    Only what existed at the closing is cancelled: events arrive in any order, and a conversation
    may have been opened again, and written in, before its closing becomes known here.
    """
    since = created_at
    for place in path:
        if place.closed_at is not None and place.closed_at > since:
            return True
        if place.merged_at is not None:
            since = max(since, place.merged_at)
    return False
