"""One item of a thread as a transcript finds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState

_LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as far as a transcript names it."""

    id: UUID
    content_type: str
    file_name: str
    size_bytes: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A text or a marker; a text without a direction is none of ours and cannot be."""

    id: UUID
    at: datetime
    direction: Direction | None = None
    author: Author | None = None
    staff_name: str | None = None
    number_from: str | None = None
    number_to: str | None = None
    body: str = ""
    received_at: datetime | None = None
    state: MessageState | None = None
    state_at: datetime | None = None
    error_code: str | None = None
    marker: MarkerKind | None = None
    details: Mapping[str, str] | None = None
    attachments: tuple[Attached, ...] = ()

    @property
    def arrived_late(self) -> datetime | None:
        """When the phone's text reached us, if it was filed noticeably later (rule 3.4)."""
        if self.received_at is None or self.at - self.received_at < _LATE:
            return None
        return self.received_at
