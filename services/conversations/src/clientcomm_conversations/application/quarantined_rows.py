"""What the quarantine needs of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

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


class QuarantineWriter(Protocol):
    """The part of a writer that gives quarantined texts to departments."""

    async def quarantined_text(self, text_id: UUID) -> KeptText | None:
        """One text, locked."""
        ...

    async def give_quarantined(
        self, text_id: UUID, department_id: UUID, *, by_staff_id: UUID
    ) -> None: ...
