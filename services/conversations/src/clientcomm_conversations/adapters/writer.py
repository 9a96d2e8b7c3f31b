"""The writing use cases' store: SQL within one transaction of the service's database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from clientcomm_chassis.clock import Clock
from clientcomm_contracts.contract import Command, Event, Message
from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_contracts.sms import MediaStoredV1, OptOutRecordedV1
from clientcomm_conversations.adapters.bulk_writer import SqlBulkWriter
from clientcomm_conversations.adapters.queries import people
from clientcomm_conversations.adapters.queries.reader import PostgresReader
from clientcomm_conversations.adapters.statements import (
    absences,
    arrivals,
    caseload,
    clients,
    consent,
    files,
    locking,
    reading_position,
    saving,
    schedules,
    texts,
)
from clientcomm_conversations.adapters.statements.joining import SqlJoining
from clientcomm_conversations.adapters.statements.quarantine import SqlQuarantine
from clientcomm_conversations.adapters.statements.refiling import SqlRefiling
from clientcomm_conversations.application.caseload import Outcome
from clientcomm_conversations.application.clients import NewClient, NewConversation
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.writing import (
    DepartmentVoice,
    FileOfText,
    Held,
    InboundFile,
    SentText,
    Suspicion,
    Texted,
    UploadedFile,
    WhoseKey,
)
from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.caseload import Case
from clientcomm_conversations.domain.client import Client
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.routing import Holding
from clientcomm_conversations.domain.thread import Standing, Thread
from clientcomm_persistence.answers import ReservedKey
from clientcomm_persistence.transaction import Transaction

_UNSENT_FOR = timedelta(days=7)


class SqlWriter(SqlBulkWriter):
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

    def publish(self, contract: Event | Command, *, cause: Message | None = None) -> None:
        """Put a contract into the outbox."""
        self._tx.publish(contract, cause=cause)

    async def answered_each(
        self, keys: Sequence[WhoseKey]
    ) -> Sequence[Mapping[str, Any] | Refused | None]:
        """The answers that these keys had before."""
        return await self._tx.answered_each([ReservedKey(*key) for key in keys])

    def remember_answer(self, key: WhoseKey, answer: Mapping[str, Any]) -> None:
        """Keep the answer of this key."""
        self._tx.remember_answer(ReservedKey(*key), answer)

    async def release_key(self, key: WhoseKey) -> None:
        """Forget that this key was used."""
        await self._tx.release_key(ReservedKey(*key))

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

    async def known_inbound(self, inbound_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which inbound texts are kept already."""
        return await arrivals.known_inbound(self._tx, inbound_ids)

    async def holdings(self, pairs: Sequence[Texted]) -> Mapping[Texted, Sequence[Holding]]:
        """Who has or had these senders' numbers."""
        return await arrivals.holdings(self._tx, pairs)

    async def threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, tuple[UUID, bool]]:
        """The thread of each unknown sender, opened where there is none."""
        return await arrivals.threads_of_senders(
            self._tx, pairs, new_id=self._new_id, now=self.now()
        )

    async def existing_threads_of_senders(self, pairs: Iterable[Texted]) -> Mapping[Texted, UUID]:
        """The threads of unknown senders that have one."""
        return await arrivals.existing_threads_of_senders(self._tx, pairs)

    async def inbound_files(self, inbound_ids: Sequence[UUID]) -> Mapping[UUID, Attachment]:
        """Attachments that came before their texts."""
        return await files.fetched_files(self._tx, inbound_ids)

    async def attach_inbound(self, rows: Sequence[InboundFile]) -> Sequence[Attachment]:
        """Tie attachments to their texts."""
        return await files.attach_inbound(self._tx, rows, now=self.now())

    async def store_files(self, events: Sequence[MediaStoredV1]) -> Sequence[FileOfText]:
        """Remember where bytes lie, or why they cannot be had."""
        return await files.store_files(self._tx, events, now=self.now())

    async def suspect_refusals(self, suspicions: Sequence[Suspicion]) -> None:
        """Ledger rows, and what a person is asked."""
        await arrivals.suspect_refusals(self._tx, suspicions, new_id=self._new_id)

    async def voices(self, department_ids: Iterable[UUID]) -> Mapping[UUID, DepartmentVoice]:
        """How these departments answer by themselves."""
        return await arrivals.voices(self._tx, department_ids)

    async def automatic_replies(
        self, numbers: Iterable[str], *, since: datetime
    ) -> Mapping[str, int]:
        """How many automatic replies went to each number."""
        return await arrivals.automatic_replies(self._tx, numbers, since=since)

    async def away_replies(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What clients of who is away are told."""
        return await absences.away_replies(self._tx, staff_ids, now=self.now())

    async def may_reply_away(self, conversation_id: UUID) -> bool:
        """Once in 24 hours."""
        return await absences.may_reply_away(self._tx, conversation_id, now=self.now())

    async def may_reply_closed(self, conversation_id: UUID, *, closed_since: datetime) -> bool:
        """Once since the office closed."""
        return await absences.may_reply_closed(
            self._tx, conversation_id, closed_since=closed_since, now=self.now()
        )

    async def count_automatic_reply(self, department_id: UUID, number: str) -> None:
        """One more."""
        await arrivals.count_automatic_reply(
            self._tx,
            row_id=self.new_id(),
            department_id=department_id,
            number=number,
            at=self.now(),
        )

    async def set_opt_out(self, event: OptOutRecordedV1) -> bool:
        """Note it in the ledger."""
        return await consent.set_opt_out(self._tx, event, row_id=self.new_id())

    async def threads_with_numbers(
        self, pairs: Sequence[Texted]
    ) -> Mapping[Texted, Sequence[UUID]]:
        """Conversations of who has these numbers now."""
        return await consent.threads_with_numbers(self._tx, pairs)

    async def opted_out_among(self, conversation_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those whose usual number has opted out."""
        return await consent.opted_out_among(self._tx, conversation_ids)

    async def staff_names(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Full names."""
        return await consent.staff_names(self._tx, staff_ids)

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

    async def region(self) -> str:
        """Where numbers without a country code are."""
        return await clients.region(self._tx)

    async def has_department(self, department_id: UUID) -> bool:
        """Whether there is such a department, open until this transaction ends."""
        return await clients.has_department(self._tx, department_id)

    async def take_turn_with(self, number: str) -> None:
        """Keep others who add this number waiting."""
        await clients.take_turn_with(self._tx, number)

    async def holders(self, number: str, department_id: UUID) -> Sequence[Holder]:
        """Clients who have this number now."""
        return await clients.holders(self._tx, number, department_id)

    async def insert_client(self, new: NewClient) -> Client:
        """A client with their number."""
        return await clients.insert_client(self._tx, new)

    async def open_conversation(self, new: NewConversation) -> None:
        """A department's conversation with a client."""
        await clients.open_conversation(self._tx, new, row_id=self.new_id())

    async def make_clients(self, new: NewConversation) -> None:
        """An unknown sender's conversation becomes the client's."""
        await clients.make_clients(self._tx, new, row_id=self.new_id())

    async def lock_client(self, client_id: UUID) -> Client | None:
        """The client, or the survivor of merges."""
        return await clients.lock_client(self._tx, client_id)

    async def save_client(self, client: Client) -> None:
        """Write the client, and what lists show of them."""
        await clients.save_client(self._tx, client)

    async def conversations_of(self, client_id: UUID) -> Sequence[UUID]:
        """One per department."""
        return await clients.conversations_of(self._tx, client_id)

    async def set_notes(self, conversation_id: UUID, notes: str) -> None:
        """The department's notes."""
        await clients.set_notes(self._tx, conversation_id, notes)

    async def known_occurrences(self, occurrence_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which scheduled texts are written already."""
        return await texts.known_occurrences(self._tx, occurrence_ids)

    async def cases(self, conversation_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Case | None]]:
        """Conversations as a transfer or closing sees them."""
        return await caseload.cases(self._tx, conversation_ids)

    async def receiver_rights(self, staff_id: UUID) -> StaffRights | None:
        """What the receiver may do, held as they are."""
        return await caseload.receiver_rights(self._tx, staff_id, self.now())

    async def outcomes(self, department_ids: Sequence[UUID]) -> Sequence[Outcome]:
        """Outcomes of departments."""
        return await caseload.outcomes(self._tx, department_ids)

    async def outcome(self, outcome_id: UUID) -> Outcome | None:
        """One outcome."""
        return await caseload.outcome(self._tx, outcome_id)

    async def last_inbound_places(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, Place]:
        """The last inbound text of each."""
        return await caseload.last_inbound_places(self._tx, conversation_ids)

    async def unsent_automatic(self, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts of no person that have not gone."""
        since = self.now() - _UNSENT_FOR
        return await caseload.unsent_automatic(self._tx, conversation_ids, since=since)

    async def department_offering(self, kind: LabelKind, label_id: UUID) -> UUID | None:
        """The department that offers this label."""
        return await caseload.department_offering(self._tx, kind, label_id)

    async def set_label(
        self, conversation_id: UUID, kind: LabelKind, label_id: UUID | None
    ) -> None:
        """Set or clear a conversation's label."""
        await caseload.set_label(self._tx, conversation_id, kind, label_id)
