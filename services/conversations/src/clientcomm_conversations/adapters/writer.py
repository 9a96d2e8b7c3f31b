"""The writing use cases' store: SQL within one transaction of the service's database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from clientcomm_chassis.clock import Clock
from clientcomm_contracts.contract import Command, Event, Message
from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_conversations.adapters.queries import people
from clientcomm_conversations.adapters.queries.reader import PostgresReader
from clientcomm_conversations.adapters.statements import (
    locking,
    reading_position,
    saving,
    schedules,
    texts,
)
from clientcomm_conversations.adapters.statements.absences import SqlAbsences
from clientcomm_conversations.adapters.statements.arrivals import SqlArrivals
from clientcomm_conversations.adapters.statements.bulk import SqlBulk
from clientcomm_conversations.adapters.statements.caseload import SqlCaseloads
from clientcomm_conversations.adapters.statements.clients import SqlClients
from clientcomm_conversations.adapters.statements.consent import SqlConsent
from clientcomm_conversations.adapters.statements.files import SqlFiles
from clientcomm_conversations.adapters.statements.joining import SqlJoining
from clientcomm_conversations.adapters.statements.quarantine import SqlQuarantine
from clientcomm_conversations.adapters.statements.refiling import SqlRefiling
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.writing import Held, SentText, UploadedFile
from clientcomm_conversations.domain.entries import Standing
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.thread import Thread
from clientcomm_persistence.answers import ReservedKey
from clientcomm_persistence.transaction import Transaction


class SqlWriter(SqlAbsences, SqlArrivals, SqlBulk, SqlCaseloads, SqlClients, SqlConsent, SqlFiles):
    """One transaction's `Writer`."""

    def __init__(
        self,
        tx: Transaction,
        *,
        clock: Clock,
        new_id: Callable[[], UUID],
        wake_release: Callable[[], None],
    ) -> None:
        super().__init__(tx, clock=clock, new_id=new_id, wake_release=wake_release)
        self.joining = SqlJoining(tx)
        self.refiling = SqlRefiling(tx)
        self.quarantine = SqlQuarantine(tx, new_id=new_id, now=self.now)

    def publish(
        self,
        contract: Event | Command,
        *,
        cause: Message | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Put a contract into the outbox."""
        self._tx.publish(contract, cause=cause, correlation_id=correlation_id)

    async def answered_each(
        self, keys: Sequence[ReservedKey]
    ) -> Sequence[Mapping[str, Any] | Refused | None]:
        """The answers that these keys had before."""
        return await self._tx.answered_each(keys)

    def remember_answer(self, key: ReservedKey, answer: Mapping[str, Any]) -> None:
        """Keep the answer of this key."""
        self._tx.remember_answer(key, answer)

    async def release_key(self, key: ReservedKey) -> None:
        """Forget that this key was used."""
        await self._tx.release_key(key)

    async def staff_rights(self, staff_id: UUID) -> StaffRights | None:
        """What an active member of staff may do."""
        return await people.staff_rights(self._tx, staff_id, self.now())

    async def lock(self, conversation_ids: Iterable[UUID]) -> Held:
        """Lock conversations."""
        return await locking.lock(self._tx, conversation_ids)

    async def lock_to_send(
        self, conversation_ids: Iterable[UUID], *, staff_ids: Iterable[UUID] = ()
    ) -> Held:
        """Lock conversations with the addresses and senders of their texts."""
        return await locking.lock_to_send(
            self._tx, conversation_ids, staff_ids=staff_ids, now=self.now()
        )

    async def save(
        self, threads: Sequence[Thread], *, settled: Mapping[UUID, int] | None = None
    ) -> None:
        """Write locked threads back."""
        await saving.save(self._tx, threads, settled=settled)

    async def standings(self, message_ids: Sequence[UUID]) -> Sequence[Standing]:
        """Where outbound texts are."""
        return await texts.standings(self._tx, message_ids)

    async def sent_text(self, message_id: UUID) -> SentText | None:
        """One outbound text."""
        return await texts.sent_text(self._tx, message_id)

    async def uploads(self, attachment_ids: Sequence[UUID]) -> Sequence[UploadedFile]:
        """Pictures that wait to be sent."""
        return await texts.uploads(self._tx, attachment_ids)

    async def attach(self, attachment_ids: Sequence[UUID], *, message_id: UUID) -> None:
        """Tie pictures to their text."""
        await texts.attach(self._tx, attachment_ids, message_id=message_id)

    async def copy_pictures(self, message_id: UUID) -> tuple[Attachment, ...]:
        """The pictures of a text under new ids."""
        return await texts.copy_pictures(self._tx, message_id, new_id=self._new_id, now=self.now())

    async def staff_names(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Full names."""
        return await people.staff_names(self._tx, staff_ids)

    async def show_schedules(self, events: Sequence[ConversationScheduleChangedV1]) -> None:
        """What scheduler tells, in the rows of the list."""
        await schedules.show_schedules(self._tx, events)

    def reader(self) -> PostgresReader:
        """Questions to the same transaction."""
        return PostgresReader(self._tx, self.now())

    async def place_of(self, conversation_id: UUID, message_id: UUID | None) -> Place | None:
        """Where a text of this thread stands."""
        return await reading_position.place_of(self._tx, conversation_id, message_id)

    async def inbound_before(self, conversation_id: UUID, place: Place) -> Place | None:
        """The inbound text before this place."""
        return await reading_position.inbound_before(self._tx, conversation_id, place)

    async def count_inbound_after(self, conversation_id: UUID, place: Place | None) -> int:
        """How many inbound texts came after this place."""
        return await reading_position.count_inbound_after(self._tx, conversation_id, place)

    async def known_occurrences(self, occurrence_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which scheduled texts are written already."""
        return await texts.known_occurrences(self._tx, occurrence_ids)
