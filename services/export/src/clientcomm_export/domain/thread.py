"""A thread as transcripts read it: texts and markers, put together from facts in any order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState


@dataclass(frozen=True, slots=True)
class Written:
    """What never changes of a text or marker, once it is known."""

    at: datetime
    direction: Direction | None = None
    author: Author | None = None
    staff_id: UUID | None = None
    staff_name: str | None = None
    number_from: str | None = None
    number_to: str | None = None
    body: str | None = None
    received_at: datetime | None = None
    marker: MarkerKind | None = None
    details: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """In which conversation a text stands since when; the latest filing counts (rule 2.6)."""

    conversation_id: UUID
    at: datetime


FIRST_FILING = datetime.min.replace(tzinfo=UTC)
"""Where a text was filed when it came; any re-filing is later, whatever the clocks say."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A state of a text; it never moves to a lower rank (rule 3.2)."""

    state: MessageState
    at: datetime
    error_code: str | None = None

    @property
    def height(self) -> tuple[int, datetime]:
        """Of two states of one rank (queued and held may swap) the later counts."""
        return self.state.rank, self.at


@dataclass(frozen=True, slots=True)
class AttachmentFact:
    """An attachment of a text; settled once it was fetched, or cannot be."""

    id: UUID
    message_id: UUID
    content_type: str
    size_bytes: int | None
    file_name: str
    object_key: str | None
    problem: str | None
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Absorption:
    """All of the absorbed thread, up to its last sequence, stands in the survivor's (rule 2.5)."""

    absorbed_id: UUID
    survivor_id: UUID
    absorbed_sequence: int


@dataclass(slots=True)
class ThreadChanges:
    """What a batch of facts changes in threads; applied in any order it comes to the same."""

    written: dict[UUID, Written] = field(default_factory=dict)
    filed: dict[UUID, Filed] = field(default_factory=dict)
    reached: dict[UUID, Reached] = field(default_factory=dict)
    attachments: dict[UUID, AttachmentFact] = field(default_factory=dict)
    absorptions: dict[UUID, Absorption] = field(default_factory=dict)

    def file(self, entry_id: UUID, filed: Filed) -> None:
        """The latest filing counts."""
        before = self.filed.get(entry_id)
        if before is None or filed.at > before.at:
            self.filed[entry_id] = filed

    def reach(self, entry_id: UUID, reached: Reached) -> None:
        """The highest counts."""
        before = self.reached.get(entry_id)
        if before is None or reached.height > before.height:
            self.reached[entry_id] = reached

    def attach(self, fact: AttachmentFact) -> None:
        """What was fetched counts more than what was announced."""
        before = self.attachments.get(fact.id)
        if before is None or fact.is_settled or not before.is_settled:
            self.attachments[fact.id] = fact
