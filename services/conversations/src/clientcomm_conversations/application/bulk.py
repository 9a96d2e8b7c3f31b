"""What use cases on mass messages need of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_conversations.domain.mass_message import Candidate, Chosen, LeftOut


@dataclass(frozen=True, slots=True)
class NewMassMessage:
    """A mass message that was confirmed."""

    id: UUID
    department_id: UUID
    staff_id: UUID
    body: str
    segments: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BulkPace:
    """How fast a department's number sends, and what of its bulk is on its way (segments)."""

    segments_per_second: float
    on_their_way: int
    has_number: bool


@dataclass(frozen=True, slots=True)
class WaitingMassMessage:
    """The department's next mass message with recipients who have no text yet.

    Its author is active until the transaction ends, if `is_author_active`.
    """

    id: UUID
    staff_id: UUID
    staff_name: str
    is_author_active: bool
    body: str
    segments: int
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One frozen recipient, with the text or the reason that became of them."""

    id: UUID
    conversation_id: UUID
    message_id: UUID | None = None
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a mass message after a change, with the change's sequence."""

    sequence: int
    department_id: UUID
    recipients: int
    written: int
    skipped: int
    is_stopped: bool


class Bulk(Protocol):
    """The part of a writer that knows mass messages."""

    async def candidates(
        self, conversation_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Candidate | None]]:
        """What was asked for, in order, with redirects followed."""
        ...

    async def bulk_pace(self, department_id: UUID) -> BulkPace: ...

    async def insert_mass_message(
        self, new: NewMassMessage, chosen: Sequence[Chosen]
    ) -> Progress: ...

    async def take_turn_with_bulk(self, department_id: UUID) -> None:
        """Wait for a release under way in this department, and keep others waiting."""
        ...

    async def try_turn_with_bulk(self, department_id: UUID) -> bool:
        """Take the turn if nobody has it."""
        ...

    async def next_mass_message(self, department_id: UUID) -> WaitingMassMessage | None: ...

    async def next_recipients(self, mass_message_id: UUID, most: int) -> Sequence[Recipient]: ...

    async def texted_by(
        self, mass_message_id: UUID, conversation_ids: Sequence[UUID]
    ) -> frozenset[UUID]:
        """Of these conversations, those that this mass message has reached."""
        ...

    async def record_release(
        self, mass_message_id: UUID, recipients: Sequence[Recipient]
    ) -> Progress:
        """What became of these recipients."""
        ...

    async def stop_mass_message(
        self, mass_message_id: UUID, *, by_staff_id: UUID
    ) -> Progress | None:
        """Release no more of it; None if it was stopped before."""
        ...

    async def unsent_of(self, mass_message_id: UUID) -> Sequence[UUID]:
        """Its texts that the carrier does not have yet."""
        ...

    async def waiting_bulk_of(self, staff_id: UUID) -> Sequence[UUID]:
        """Texts of their mass messages, in their name, that the carrier does not have yet."""
        ...

    async def return_recipients(
        self, message_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Progress]]:
        """Whom these canceled texts of authors who are gone were for have no text any more.

        The mass messages that this changes; a stopped one stays as it is.
        """
        ...

    def wake_release(self) -> None:
        """There is bulk to release, once this transaction is committed."""
        ...
