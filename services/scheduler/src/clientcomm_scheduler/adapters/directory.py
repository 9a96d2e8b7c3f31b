"""Events of conversations: departments, clients, conversations, and what became of occurrences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from clientcomm_bus import Item, Process
from clientcomm_contracts.contract import Event, Message
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    ConversationsMergedV1,
    DepartmentChangedV1,
    MessageStateChangedV1,
    MessageWrittenV1,
    OccurrenceRefusedV1,
)
from clientcomm_contracts.values import ConversationState
from clientcomm_persistence import Handler, Transaction
from clientcomm_scheduler.adapters import statements as say
from clientcomm_scheduler.adapters.directory_rows import (
    client_arrays,
    conversation_arrays,
    department_arrays,
)
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.application.record_outcomes import record_outcomes
from clientcomm_scheduler.application.settle import settle
from clientcomm_scheduler.application.surroundings import Surroundings
from clientcomm_scheduler.domain.outcomes import WRITTEN, of_message, refused

E = TypeVar("E", bound=Event)

QUEUE = "scheduler.directory.v1"

_OF_TEXTS = (MessageWrittenV1.name, MessageStateChangedV1.name)
_NOT_SCHEDULED = b'"occurrence_id":null'


def only_scheduled(process: Process) -> Process:
    """Leave out texts that nobody scheduled, by far the most, before anything is parsed.

    A quotation mark inside a text is escaped in JSON, so that no text can look like the field.
    """

    async def pass_on(items: Sequence[Item]) -> None:
        relevant = [
            item for item in items if item.name not in _OF_TEXTS or _NOT_SCHEDULED not in item.body
        ]
        if relevant:
            await process(relevant)

    return pass_on


class Directory:
    """Applies facts in whatever order they come; what waits is then settled by all of them."""

    def __init__(self, around: Callable[[], Surroundings]) -> None:
        self._around = around

    def handlers(self) -> Mapping[type[Message], Handler[Any]]:
        """By contract."""
        return {
            DepartmentChangedV1: self.departments_changed,
            ClientChangedV1: self.clients_changed,
            ConversationChangedV1: self.conversations_changed,
            ConversationsMergedV1: self.conversations_merged,
            MessageWrittenV1: self.messages_written,
            MessageStateChangedV1: self.message_states_changed,
            OccurrenceRefusedV1: self.occurrences_refused,
        }

    async def departments_changed(
        self, transaction: Transaction, events: Sequence[DepartmentChangedV1]
    ) -> None:
        """Quiet hours of departments, and their zones, in which most of their clients are."""
        newest = _newest(events)
        ids = [event.aggregate_id for event in newest]
        known = await transaction.execute(say.LOCK_ZONES_OF_DEPARTMENTS, {"ids": ids})
        before = {row.id: row.time_zone for row in known}
        after = await transaction.execute(say.FOLLOW_DEPARTMENTS, department_arrays(newest))
        moved = [row.id for row in after if before.get(row.id, row.time_zone) != row.time_zone]
        if moved:
            rows = await transaction.execute(say.CONVERSATIONS_OF_DEPARTMENTS, {"ids": moved})
            await self._settle(transaction, rows.scalars())

    async def clients_changed(
        self, transaction: Transaction, events: Sequence[ClientChangedV1]
    ) -> None:
        """A client's zone is what their scheduled texts follow."""
        newest = _newest(events)
        await _one_at_a_time(transaction, (event.aggregate_id for event in newest))
        changed = await transaction.execute(say.FOLLOW_CLIENTS, client_arrays(newest))
        ids = list(changed.scalars())
        if not ids:
            return
        rows = await transaction.execute(say.CONVERSATIONS_OF_CLIENTS, {"ids": ids})
        await self._settle(transaction, rows.scalars())

    async def conversations_changed(
        self, transaction: Transaction, events: Sequence[ConversationChangedV1]
    ) -> None:
        """Who it is with, and that it was closed or merged."""
        newest = _newest(events)
        await _one_at_a_time(transaction, (one.client_id for one in newest if one.client_id))
        touched = {event.aggregate_id for event in events}
        await ScheduleTables(transaction).lock(touched)
        await transaction.execute(say.FOLLOW_CONVERSATIONS, conversation_arrays(newest))
        await _note_closings(transaction, events)
        await _note_merges(
            transaction,
            [(one.aggregate_id, one.merged_into, one) for one in events if one.merged_into],
        )
        await self._settle(transaction, touched)

    async def conversations_merged(
        self, transaction: Transaction, events: Sequence[ConversationsMergedV1]
    ) -> None:
        """What is scheduled in the absorbed conversation follows to the survivor for ever."""
        absorbed = {event.absorbed_id for event in events}
        await ScheduleTables(transaction).lock(absorbed)
        await _note_merges(
            transaction, [(one.absorbed_id, one.aggregate_id, one) for one in events]
        )
        await self._settle(transaction, absorbed)

    async def messages_written(
        self, transaction: Transaction, events: Sequence[MessageWrittenV1]
    ) -> None:
        """An occurrence became a text."""
        await self._record(
            transaction, ((one.occurrence_id, WRITTEN) for one in events if one.occurrence_id)
        )

    async def message_states_changed(
        self, transaction: Transaction, events: Sequence[MessageStateChangedV1]
    ) -> None:
        """The text of an occurrence went out, or did not."""
        await self._record(
            transaction,
            (
                (one.occurrence_id, of_message(one.state, one.error_code))
                for one in events
                if one.occurrence_id
            ),
        )

    async def occurrences_refused(
        self, transaction: Transaction, events: Sequence[OccurrenceRefusedV1]
    ) -> None:
        """No text was made of an occurrence."""
        await self._record(transaction, ((one.occurrence_id, refused(one.code)) for one in events))

    async def _record(self, transaction: Transaction, outcomes: Iterable[Any]) -> None:
        now = self._around().now
        await record_outcomes(ScheduleTables(transaction), outcomes, now=now)

    async def _settle(self, transaction: Transaction, conversation_ids: Iterable[UUID]) -> None:
        await settle(ScheduleTables(transaction), set(conversation_ids), self._around())


def _newest(events: Sequence[E]) -> list[E]:
    """The newest event of each aggregate, by id."""
    newest: dict[UUID, E] = {}
    for event in events:
        before = newest.get(event.aggregate_id)
        if before is None or event.sequence > before.sequence:
            newest[event.aggregate_id] = event
    return [newest[one] for one in sorted(newest)]


async def _one_at_a_time(transaction: Transaction, client_ids: Iterable[UUID]) -> None:
    """A client and a conversation of theirs that become known at once must see each other."""
    ids = sorted(set(client_ids))
    if ids:
        await transaction.execute(say.ONE_CLIENT_AT_A_TIME, {"ids": ids})


async def _note_closings(transaction: Transaction, events: Sequence[ConversationChangedV1]) -> None:
    latest: dict[UUID, datetime] = {}
    for event in events:
        if event.state is ConversationState.CLOSED and event.merged_into is None:
            before = latest.get(event.aggregate_id, event.occurred_at)
            latest[event.aggregate_id] = max(before, event.occurred_at)
    if latest:
        arrays = {"ids": list(latest), "ats": list(latest.values())}
        await transaction.execute(say.NOTE_CLOSINGS, arrays)


async def _note_merges(
    transaction: Transaction, merges: Sequence[tuple[UUID, UUID, Event]]
) -> None:
    earliest: dict[UUID, tuple[UUID, Event]] = {}
    for absorbed, survivor, event in merges:
        before = earliest.get(absorbed)
        if before is None or event.occurred_at < before[1].occurred_at:
            earliest[absorbed] = (survivor, event)
    if earliest:
        arrays = {
            "ids": list(earliest),
            "survivors": [survivor for survivor, _ in earliest.values()],
            "ats": [event.occurred_at for _, event in earliest.values()],
        }
        await transaction.execute(say.NOTE_MERGES, arrays)
