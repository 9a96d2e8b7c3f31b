"""Which facts may be appended: per aggregate without gaps, each once (architecture §3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its body as it was told."""

    event_id: UUID
    name: str
    aggregate_id: UUID
    sequence: int
    occurred_at: datetime
    body: str
    content: object

    @property
    def place(self) -> tuple[UUID, int]:
        """Where it stands among the facts of its aggregate."""
        return self.aggregate_id, self.sequence


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the journal holds an aggregate, and how many facts wait behind a gap."""

    last_sequence: int = 0
    last_occurred_at: datetime | None = None
    held: int = 0


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of a batch: appended in order, some of it released from holding; or held."""

    appended: Sequence[Fact]
    released: Sequence[Fact]
    held: Sequence[Fact]
    progress: Mapping[UUID, Progress]


def sort_out(
    arrived: Iterable[Fact],
    held_before: Sequence[Fact],
    known: Mapping[UUID, Progress],
) -> Sorted:
    """Append in order of arrival what leaves no gap, with what waited for it; hold the rest.

    What the journal or the holding has already changes nothing.
    """
    lines: dict[UUID, _Line] = {}
    for fact in held_before:
        _line_of(fact, lines, known).waiting[fact.sequence] = fact
    appended: list[Fact] = []
    for fact in arrived:
        appended += _line_of(fact, lines, known).take(fact)
    was_held = {fact.place for fact in held_before}
    waiting = (fact for line in lines.values() for fact in line.waiting.values())
    return Sorted(
        appended=appended,
        released=[fact for fact in appended if fact.place in was_held],
        held=[fact for fact in waiting if fact.place not in was_held],
        progress={
            aggregate_id: line.progress
            for aggregate_id, line in lines.items()
            if line.progress != known.get(aggregate_id, Progress())
        },
    )


class _Line:
    """The facts of one aggregate: up to where they are whole, and what waits behind the gap."""

    def __init__(self, before: Progress) -> None:
        self._last = before.last_sequence
        self._at = before.last_occurred_at
        self.waiting: dict[int, Fact] = {}

    def take(self, fact: Fact) -> list[Fact]:
        if fact.sequence > self._last:
            self.waiting.setdefault(fact.sequence, fact)
        ready = []
        while (following := self.waiting.pop(self._last + 1, None)) is not None:
            self._last, self._at = following.sequence, following.occurred_at
            ready.append(following)
        return ready

    @property
    def progress(self) -> Progress:
        return Progress(self._last, self._at, len(self.waiting))


def _line_of(fact: Fact, lines: dict[UUID, _Line], known: Mapping[UUID, Progress]) -> _Line:
    line = lines.get(fact.aggregate_id)
    if line is None:
        line = lines[fact.aggregate_id] = _Line(known.get(fact.aggregate_id, Progress()))
    return line
