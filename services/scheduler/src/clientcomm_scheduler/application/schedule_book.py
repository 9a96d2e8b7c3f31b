"""What use cases need of the store: scheduled messages and what is known of conversations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.contract import Command, Event
from clientcomm_scheduler.domain.conversation import Conversation, ScheduleSummary
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list continues: after this one."""

    due_at: datetime
    id: UUID


class ScheduleBook(Protocol):
    """The store within one transaction; every change to a conversation's schedule locks it first.

    Locks are taken in the order of ids, the occurrences of a conversation only under its lock.
    """

    async def lock(self, conversation_ids: Collection[UUID]) -> Mapping[UUID, Conversation]:
        """These and all that they were merged into, locked until the end of the transaction."""
        ...

    async def conversations(self, conversation_ids: Collection[UUID]) -> Sequence[Conversation]:
        """What is known of these, unlocked; of one never heard of, nothing but its id."""
        ...

    async def message(self, scheduled_message_id: UUID) -> ScheduledMessage | None:
        """One scheduled message."""
        ...

    async def page(
        self,
        conversation_ids: Collection[UUID],
        *,
        only_open: bool,
        after: Place | None,
        limit: int,
    ) -> Sequence[ScheduledMessage]:
        """Scheduled messages of these conversations by due time."""
        ...

    async def unsettled(self, conversation_ids: Collection[UUID]) -> Sequence[ScheduledMessage]:
        """What waits in these conversations, and everything in those that were merged away."""
        ...

    async def of_occurrences(
        self, occurrence_ids: Collection[UUID]
    ) -> Mapping[UUID, ScheduledMessage]:
        """The scheduled messages whose latest occurrences these are, by occurrence."""
        ...

    async def claim_due(self, now: datetime, *, limit: int) -> Sequence[ScheduledMessage]:
        """What is due, locked with its conversation; what others hold is left out."""
        ...

    async def with_older_zone_data(
        self, zone_data: str, *, limit: int
    ) -> Sequence[ScheduledMessage]:
        """What waits with an instant computed by older zone data."""
        ...

    async def add(self, message: ScheduledMessage) -> None:
        """Keep a new scheduled message."""
        ...

    async def change(self, messages: Sequence[ScheduledMessage]) -> None:
        """Keep what became of these."""
        ...

    async def summaries(self, conversation_ids: Collection[UUID]) -> Mapping[UUID, ScheduleSummary]:
        """Count and next instant of what waits in each of these conversations."""
        ...

    async def keep_summaries(self, conversations: Sequence[Conversation]) -> None:
        """Keep the summaries, each with its sequence."""
        ...

    def publish(self, contract: Event | Command) -> None:
        """Tell others, when the transaction commits."""
        ...
