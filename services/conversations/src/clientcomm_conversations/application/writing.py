"""What writing use cases need of the store: one writer per transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.contract import Message as Contract
from clientcomm_contracts.conversations.events import Attachment, QuietHours
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_contracts.sms import MediaStoredV1, OptOutRecordedV1
from clientcomm_contracts.values import MessageState
from clientcomm_conversations.application.authorize import KnowsStaff
from clientcomm_conversations.application.bulk import Bulk
from clientcomm_conversations.application.caseload import Caseloads
from clientcomm_conversations.application.clients import Clients
from clientcomm_conversations.application.joined_rows import Joining
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.quarantined_rows import Quarantine
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.application.refiled_rows import Refiling
from clientcomm_conversations.domain.built_in_texts import AutomaticText
from clientcomm_conversations.domain.office_hours import Office
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.reply_numbers import KnownNumber
from clientcomm_conversations.domain.routing import Holding
from clientcomm_conversations.domain.thread import Standing, Thread


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


class WhoseKey(NamedTuple):
    """Whose key it is, and the hash of what was asked with it."""

    actor: str
    key: str
    body_hash: str


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


class Texted(NamedTuple):
    """A department's number was texted by this sender."""

    department_id: UUID
    sender: str


@dataclass(frozen=True, slots=True)
class InboundFile:
    """An attachment of an inbound text; its bytes may have come before or come later."""

    id: UUID
    inbound_id: UUID
    message_id: UUID
    department_id: UUID
    position: int
    content_type: str


@dataclass(frozen=True, slots=True)
class FileOfText:
    """An attachment with the text that it came with, if that is filed already."""

    attachment: Attachment
    message_id: UUID | None
    conversation_id: UUID | None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A text that reads like a refusal, for a person to answer (rule 3.7)."""

    department_id: UUID
    number: str
    message_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class DepartmentVoice:
    """How a department answers by itself."""

    name: str
    number: str | None
    language: str
    carrier_answers_help: bool
    office: Office
    automatic_texts: Mapping[str, Mapping[AutomaticText, str | None]]


class Writer(KnowsStaff, Clients, Bulk, Caseloads, Protocol):
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

    def publish(self, contract: Event | Command, *, cause: Contract | None = None) -> None: ...

    async def answered_each(
        self, keys: Sequence[WhoseKey]
    ) -> Sequence[Mapping[str, Any] | Refused | None]:
        """What was answered to each key before; else the key is reserved until the end."""
        ...

    def remember_answer(self, key: WhoseKey, answer: Mapping[str, Any]) -> None: ...

    async def release_key(self, key: WhoseKey) -> None:
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

    async def known_inbound(self, inbound_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which of these inbound texts are filed or in quarantine already."""
        ...

    async def holdings(self, pairs: Sequence[Texted]) -> Mapping[Texted, Sequence[Holding]]:
        """Who has or had these senders' numbers, as seen from the departments texted."""
        ...

    async def threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, tuple[UUID, bool]]:
        """The thread of each unknown sender, opened if there was none; True if it is new."""
        ...

    async def inbound_files(self, inbound_ids: Sequence[UUID]) -> Mapping[UUID, Attachment]:
        """Attachments that were fetched before their texts were filed, by id."""
        ...

    async def attach_inbound(self, files: Sequence[InboundFile]) -> Sequence[Attachment]:
        """Tie attachments to their texts; returns them as they are now."""
        ...

    async def suspect_refusals(self, suspicions: Sequence[Suspicion]) -> None:
        """Remember that a person should say whether these were refusals."""
        ...

    async def voices(self, department_ids: Iterable[UUID]) -> Mapping[UUID, DepartmentVoice]: ...

    async def automatic_replies(
        self, numbers: Iterable[str], *, since: datetime
    ) -> Mapping[str, int]:
        """How many automatic replies went to these numbers (rule 3.8)."""
        ...

    async def away_replies(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What those of these people who are covered now have clients told."""
        ...

    async def may_reply_away(self, conversation_id: UUID) -> bool:
        """True once in 24 hours, and remembers that it was asked (rule 2.10)."""
        ...

    async def may_reply_closed(self, conversation_id: UUID, *, closed_since: datetime) -> bool:
        """True once since the office closed, and remembers that it was asked."""
        ...

    async def count_automatic_reply(self, department_id: UUID, number: str) -> None: ...

    async def store_files(self, events: Sequence[MediaStoredV1]) -> Sequence[FileOfText]:
        """Remember where bytes lie, or why they cannot be had."""
        ...

    async def set_opt_out(self, event: OptOutRecordedV1) -> bool:
        """Note it in the ledger; False if newer news of this number is known already."""
        ...

    async def threads_with_numbers(
        self, pairs: Sequence[Texted]
    ) -> Mapping[Texted, Sequence[UUID]]:
        """Conversations of departments whose client, or unknown sender, has a number now."""
        ...

    async def opted_out_among(self, conversation_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those whose usual number has opted out of their department."""
        ...

    async def staff_names(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]: ...

    async def existing_threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, UUID]: ...

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
