"""What filing that which comes in needs of the store: texts, files, calls and opt-outs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.sms import MediaStoredV1, OptOutRecordedV1
from clientcomm_conversations.domain.built_in_texts import AutomaticText
from clientcomm_conversations.domain.office_hours import Office
from clientcomm_conversations.domain.routing import Holding


class Texted(NamedTuple):
    """A department's number was texted by this sender."""

    department_id: UUID
    sender: str


class Heard(NamedTuple):
    """A text or a call from this sender to a department's number, and when it came."""

    department_id: UUID
    sender: str
    at: datetime

    @property
    def texted(self) -> Texted:
        """Whoever it was, at whatever time."""
        return Texted(self.department_id, self.sender)


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


class Arrivals(Protocol):
    """The part of a writer that knows who texted, with what, and what is answered by itself."""

    async def known_inbound(self, inbound_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which of these inbound texts are filed or in quarantine already."""
        ...

    async def holdings(self, heard: Sequence[Heard]) -> Mapping[Heard, Sequence[Holding]]:
        """Who has or had these senders' numbers, as seen from the departments texted."""
        ...

    async def threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, tuple[UUID, bool]]:
        """The thread of each unknown sender, opened if there was none; True if it is new."""
        ...

    async def existing_threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, UUID]: ...

    async def inbound_files(self, inbound_ids: Sequence[UUID]) -> Mapping[UUID, Attachment]:
        """Attachments that were fetched before their texts were filed, by id."""
        ...

    async def attach_inbound(self, files: Sequence[InboundFile]) -> Sequence[Attachment]:
        """Tie attachments to their texts; returns them as they are now."""
        ...

    async def store_files(self, events: Sequence[MediaStoredV1]) -> Sequence[FileOfText]:
        """Remember where bytes lie, or why they cannot be had."""
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
