"""What writing use cases need of the store: one writer per transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.contract import Message as Contract
from clientcomm_contracts.conversations.events import Attachment, QuietHours
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_contracts.values import MessageState
from clientcomm_conversations.application.arrived_rows import Arrivals
from clientcomm_conversations.application.authorize import KnowsStaff
from clientcomm_conversations.application.bulk import Bulk
from clientcomm_conversations.application.caseload import Caseloads
from clientcomm_conversations.application.clients import Clients
from clientcomm_conversations.application.joined_rows import Joining
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.quarantined_rows import Quarantine
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.application.refiled_rows import Refiling
from clientcomm_conversations.domain.entries import Standing
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.reply_numbers import KnownNumber
from clientcomm_conversations.domain.thread import Thread
from clientcomm_persistence import ReservedKey


@dataclass(frozen=True, slots=True)
class Addresses:
    """From and to where a conversation's texts go, read under its lock.

    `numbers`: current ones, and one given up from which the last text came.
    """

    department_name: str
    number_from: str | None
    numbers: tuple[KnownNumber, ...]
    opted_out: frozenset[str]
    quiet_hours: QuietHours


@dataclass(frozen=True, slots=True)
class Sender:
    """An active member of staff who writes."""

    full_name: str
    rights: StaffRights


@dataclass(frozen=True, slots=True)
class Held:
    """Conversations that are locked until the end of the transaction, redirects followed."""

    threads: Mapping[UUID, Thread]
    addresses: Mapping[UUID, Addresses]
    senders: Mapping[UUID, Sender] = field(default_factory=dict)

    def get(self, conversation_id: UUID) -> Thread | None:
        """The thread, or the survivor that it was merged into."""
        return self.threads.get(conversation_id)

    def each(self) -> Iterable[Thread]:
        """Every locked thread once."""
        return {thread.id: thread for thread in self.threads.values()}.values()


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A picture that waits to be sent."""

    attachment: Attachment
    uploaded_by: UUID | None


@dataclass(frozen=True, slots=True)
class SentText:
    """An outbound text as far as sending it again needs it."""

    id: UUID
    conversation_id: UUID
    body: str
    segments: int
    number_to: str
    state: MessageState
    is_resent: bool


class Writer(KnowsStaff, Arrivals, Bulk, Caseloads, Clients, Protocol):
    """A transaction: what it reads under locks, changes, tells, and remembers."""

    @property
    def joining(self) -> Joining:
        """Moves rows between conversations and between clients."""
        ...

    @property
    def refiling(self) -> Refiling:
        """Moves one text."""
        ...

    @property
    def quarantine(self) -> Quarantine:
        """Keeps texts that reached no open department."""
        ...

    def now(self) -> datetime: ...

    def new_id(self) -> UUID: ...

    def reader(self) -> Reader:
        """Questions to the same transaction, which see what it has written."""
        ...

    def publish(
        self,
        contract: Event | Command,
        *,
        cause: Contract | None = None,
        correlation_id: str | None = None,
    ) -> None: ...

    async def answered_each(
        self, keys: Sequence[ReservedKey]
    ) -> Sequence[Mapping[str, Any] | Refused | None]:
        """What was answered to each key before; else the key is reserved until the end."""
        ...

    def remember_answer(self, key: ReservedKey, answer: Mapping[str, Any]) -> None: ...

    async def release_key(self, key: ReservedKey) -> None:
        """It was refused, and may be used again."""
        ...

    async def lock(self, conversation_ids: Iterable[UUID]) -> Held:
        """Lock conversations in the order of their ids; unknown ones are left out."""
        ...

    async def lock_to_send(
        self, conversation_ids: Iterable[UUID], *, staff_ids: Iterable[UUID] = ()
    ) -> Held:
        """Lock conversations with the addresses that a text needs, and read its senders."""
        ...

    async def save(
        self, threads: Sequence[Thread], *, settled: Mapping[UUID, int] | None = None
    ) -> None:
        """Write locked threads back, with all that was added to them, in one statement.

        `settled`: by mass message, how many of its texts are no longer on their way.
        """
        ...

    async def standings(self, message_ids: Sequence[UUID]) -> Sequence[Standing]: ...

    async def uploads(self, attachment_ids: Sequence[UUID]) -> Sequence[UploadedFile]:
        """Pictures that wait to be sent, locked; unknown and sent ones are left out."""
        ...

    async def attach(self, attachment_ids: Sequence[UUID], *, message_id: UUID) -> None:
        """Tie pictures to their text."""
        ...

    async def sent_text(self, message_id: UUID) -> SentText | None: ...

    async def copy_pictures(self, message_id: UUID) -> tuple[Attachment, ...]:
        """The pictures of a text once more, under new ids, for a text that is sent again."""
        ...

    async def staff_names(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]: ...

    async def show_schedules(self, events: Sequence[ConversationScheduleChangedV1]) -> None:
        """What scheduler tells, where it is newer than what is shown."""
        ...

    async def place_of(self, conversation_id: UUID, message_id: UUID | None) -> Place | None:
        """Where a text of this thread stands; without an id, the last inbound one."""
        ...

    async def inbound_before(self, conversation_id: UUID, place: Place) -> Place | None: ...

    async def count_inbound_after(self, conversation_id: UUID, place: Place | None) -> int: ...

    async def known_occurrences(self, occurrence_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which scheduled texts are written already."""
        ...
