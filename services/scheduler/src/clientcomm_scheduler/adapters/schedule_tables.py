"""The book of schedules in PostgreSQL, within one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause

from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.values import ScheduledState
from clientcomm_persistence.transaction import Transaction
from clientcomm_scheduler.adapters import statements as say
from clientcomm_scheduler.adapters.rows import (
    conversation_of,
    message_of,
    occurrence_arrays,
    schedule_arrays,
    schedule_row,
)
from clientcomm_scheduler.application.schedule_book import Place
from clientcomm_scheduler.domain.conversation import Conversation, ScheduleSummary
from clientcomm_scheduler.domain.scheduled_message import OPEN, ScheduledMessage


class ScheduleTables:
    """Implements `ScheduleBook` on one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self, conversation_ids: Collection[UUID]) -> Mapping[UUID, Conversation]:
        """These and all that they were merged into, locked.

        Read in a statement after the lock: whoever we waited for may have changed a client too.
        """
        locked: set[UUID] = set()
        wanted = set(conversation_ids)
        while wanted:
            merged_into = await self._lock_rows(wanted)
            locked |= wanted
            wanted = merged_into - locked
        return {known.id: known for known in await self.conversations(locked)}

    async def _lock_rows(self, ids: Collection[UUID]) -> set[UUID]:
        in_order = sorted(ids)
        rows = (await self._transaction.execute(say.LOCK_CONVERSATIONS, {"ids": in_order})).all()
        if len(rows) < len(in_order):
            await self._transaction.execute(say.MAKE_CONVERSATIONS, {"ids": in_order})
            again = await self._transaction.execute(say.LOCK_CONVERSATIONS, {"ids": in_order})
            rows = again.all()
        return {row.merged_into for row in rows if row.merged_into is not None}

    async def conversations(self, conversation_ids: Collection[UUID]) -> Sequence[Conversation]:
        """What is known of these, unlocked; of one never heard of, nothing but its id."""
        ids = list(conversation_ids)
        rows = await self._transaction.execute(say.CONVERSATIONS, {"ids": ids})
        known = {row.id: conversation_of(row) for row in rows}
        return [known.get(one, Conversation(one)) for one in ids]

    async def message(self, scheduled_message_id: UUID) -> ScheduledMessage | None:
        """One scheduled message."""
        rows = await self._transaction.execute(say.MESSAGE, {"id": scheduled_message_id})
        row = rows.one_or_none()
        return message_of(row) if row else None

    async def page(
        self,
        conversation_ids: Collection[UUID],
        *,
        only_open: bool,
        after: Place | None,
        limit: int,
    ) -> Sequence[ScheduledMessage]:
        """Scheduled messages of these conversations by due time."""
        states = OPEN if only_open else frozenset(ScheduledState)
        return await self._messages(
            say.PAGE,
            ids=list(conversation_ids),
            states=[state.value for state in states],
            after_due=after.due_at if after else None,
            after_id=after.id if after else None,
            limit=limit,
        )

    async def unsettled(self, conversation_ids: Collection[UUID]) -> Sequence[ScheduledMessage]:
        """What waits in these conversations, and everything in those that were merged away."""
        return await self._messages(say.UNSETTLED, ids=list(conversation_ids))

    async def of_occurrences(
        self, occurrence_ids: Collection[UUID]
    ) -> Mapping[UUID, ScheduledMessage]:
        """The scheduled messages whose latest occurrences these are, by occurrence."""
        found = await self._messages(say.OF_OCCURRENCES, ids=list(occurrence_ids))
        return {message.occurrence_id: message for message in found}

    async def claim_due(self, now: datetime, *, limit: int) -> Sequence[ScheduledMessage]:
        """What is due in the conversations that nobody else holds, locked with these."""
        of_now = {"now": now, "limit": limit}
        taken = await self._transaction.execute(say.TAKE_CONVERSATIONS, of_now)
        ids = list(taken.scalars())
        return await self._messages(say.DUE, ids=ids, **of_now) if ids else ()

    async def with_older_zone_data(
        self, zone_data: str, *, limit: int
    ) -> Sequence[ScheduledMessage]:
        """What waits with an instant computed by older zone data."""
        return await self._messages(say.OLDER_ZONE_DATA, zone_data=zone_data, limit=limit)

    async def next_due(self) -> datetime | None:
        """The instant of what falls due next."""
        due: datetime | None = (await self._transaction.execute(say.NEXT_DUE)).scalar_one()
        return due

    async def add(self, message: ScheduledMessage) -> None:
        """Keep a new scheduled message."""
        await self._transaction.execute(say.ADD_SCHEDULE, schedule_row(message))
        await self._keep_occurrences([message])

    async def change(self, messages: Sequence[ScheduledMessage]) -> None:
        """Keep what became of these."""
        await self._transaction.execute(say.CHANGE_SCHEDULES, schedule_arrays(messages))
        await self._keep_occurrences(messages)

    async def _keep_occurrences(self, messages: Sequence[ScheduledMessage]) -> None:
        await self._transaction.execute(say.KEEP_OCCURRENCES, occurrence_arrays(messages))
        if any(message.is_waiting for message in messages):
            self._transaction.notify(say.CHANNEL)

    async def summaries(self, conversation_ids: Collection[UUID]) -> Mapping[UUID, ScheduleSummary]:
        """Count and next instant of what waits in each of these conversations."""
        rows = await self._transaction.execute(say.SUMMARIES, {"ids": list(conversation_ids)})
        return {row.conversation_id: ScheduleSummary(row.waiting, row.next_at) for row in rows}

    async def keep_summaries(self, conversations: Sequence[Conversation]) -> None:
        """Keep the summaries, each with its sequence."""
        arrays = {
            "ids": [one.id for one in conversations],
            "sequences": [one.schedule_sequence for one in conversations],
            "counts": [one.summary.count for one in conversations],
            "nexts": [one.summary.next_at for one in conversations],
        }
        await self._transaction.execute(say.KEEP_SUMMARIES, arrays)

    def publish(self, contract: Event | Command) -> None:
        """Tell others, when the transaction commits."""
        self._transaction.publish(contract)

    async def _messages(
        self, statement: TextClause, **parameters: object
    ) -> Sequence[ScheduledMessage]:
        rows = await self._transaction.execute(statement, parameters)
        return [message_of(row) for row in rows]
