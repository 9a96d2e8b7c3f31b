"""What the quarantine needs of the store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_conversations.domain.permissions import Reach


@dataclass(frozen=True, slots=True)
class KeptText:
    """A quarantined text as it lies in the table."""

    id: UUID
    number_from: str
    number_to: str
    body: str
    has_files: bool
    received_at: datetime
    department_id: UUID | None
    department_name: str | None
    closed_department_name: str | None
    filed_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuarantineScope:
    """What somebody sees: what waits for a department, and what certain departments were given."""

    waiting: bool
    given: Reach


class QuarantineReader(Protocol):
    """The part of a reader that knows the quarantine."""

    async def quarantined(
        self, scope: QuarantineScope, *, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptText], str | None]:
        """Newest first."""
        ...


@dataclass(frozen=True, slots=True)
class OptOutStanding:
    """Whether a number has opted out of a department, and since when that is so."""

    is_opted_out: bool
    since: datetime


class Quarantine(Protocol):
    """The part of a writer that keeps texts, gives them to departments, and files them."""

    async def closed_among(self, department_ids: Collection[UUID]) -> frozenset[UUID]:
        """Which departments are closed; none of the others is until the transaction ends."""
        ...

    async def departments_of(self, numbers: Collection[str]) -> Mapping[str, UUID]:
        """The department that has, or had, each number (rule 2.3)."""
        ...

    async def keep(self, events: Sequence[TextReceivedV1]) -> None:
        """Keep texts that no open department was texted by."""
        ...

    async def administrators(self) -> Sequence[UUID]:
        """Active administrators of the organisation."""
        ...

    async def text(self, text_id: UUID) -> KeptText | None:
        """One text, locked."""
        ...

    async def give(self, text_id: UUID, department_id: UUID, *, by_staff_id: UUID) -> None: ...

    async def as_received(self, text_id: UUID) -> TextReceivedV1:
        """The text as sms told it, of no department."""
        ...

    async def note_filed(self, text_id: UUID, message_id: UUID, *, by_staff_id: UUID) -> None: ...

    async def opt_out(self, department_id: UUID, number: str) -> OptOutStanding | None:
        """What was last told of a number, None if it was nothing."""
        ...
