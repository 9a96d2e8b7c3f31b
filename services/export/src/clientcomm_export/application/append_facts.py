"""Append what arrived to the journal, and let threads follow (architecture §6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from clientcomm_export.application.follow_threads import thread_changes
from clientcomm_export.domain.journal import Fact, Progress, sort_out
from clientcomm_export.domain.thread import ThreadChanges


class Journal(Protocol):
    """The store within one transaction, which holds the only pen until it ends."""

    async def take_pen(self) -> int:
        """Wait until nobody else appends; returns the last position."""
        ...

    async def progress(self, aggregate_ids: Collection[UUID]) -> Mapping[UUID, Progress]:
        """How far the journal holds these."""
        ...

    async def held(self, aggregate_ids: Collection[UUID]) -> Sequence[Fact]:
        """What waits behind gaps of these."""
        ...

    async def append(
        self, facts: Sequence[Fact], progress: Mapping[UUID, Progress], *, after: int
    ) -> None:
        """Give these the positions that follow, and keep how far each aggregate goes."""
        ...

    async def hold(self, facts: Sequence[Fact]) -> None:
        """Keep these until their gap is filled."""
        ...

    async def release(self, facts: Sequence[Fact]) -> None:
        """These are held no longer."""
        ...

    async def change_threads(self, changes: ThreadChanges) -> None:
        """Let the threads follow."""
        ...


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch."""

    appended: int
    held: int


async def append_facts(journal: Journal, facts: Sequence[Fact]) -> Appended:
    """One batch in one transaction. The journal is its own inbox: a fact twice is a fact once."""
    last_position = await journal.take_pen()
    known = await journal.progress({fact.aggregate_id for fact in facts})
    with_gaps = [one for one, progress in known.items() if progress.held]
    held_before = await journal.held(with_gaps) if with_gaps else ()
    result = sort_out(facts, held_before, known)
    if result.progress:
        await journal.append(result.appended, result.progress, after=last_position)
    if result.held:
        await journal.hold(result.held)
    if result.released:
        await journal.release(result.released)
    if result.appended:
        await journal.change_threads(thread_changes(result.appended))
    return Appended(len(result.appended), len(result.held))
