"""The journal in PostgreSQL, within one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from clientcomm_export.adapters import journal_arrays as arrays
from clientcomm_export.adapters import journal_statements as say
from clientcomm_export.domain.journal import Fact, Progress
from clientcomm_export.domain.thread import ThreadChanges
from clientcomm_persistence import Transaction

ReadFact = Callable[[UUID, str, bytes], Fact]


class JournalTables:
    """Implements `Journal` on one transaction."""

    def __init__(self, transaction: Transaction, read_fact: ReadFact) -> None:
        self._transaction = transaction
        self._read_fact = read_fact

    async def take_pen(self) -> int:
        """Wait until nobody else appends; returns the last position."""
        position: int = (await self._transaction.execute(say.TAKE_PEN)).scalar_one()
        return position

    async def progress(self, aggregate_ids: Collection[UUID]) -> Mapping[UUID, Progress]:
        """How far the journal holds these."""
        rows = await self._transaction.execute(say.PROGRESS, {"ids": list(aggregate_ids)})
        return {row.id: Progress(row.last_sequence, row.last_occurred_at, row.held) for row in rows}

    async def held(self, aggregate_ids: Collection[UUID]) -> Sequence[Fact]:
        """What waits behind gaps of these."""
        rows = await self._transaction.execute(say.HELD, {"ids": list(aggregate_ids)})
        return [self._read_fact(row.event_id, row.name, row.body.encode()) for row in rows]

    async def append(
        self, facts: Sequence[Fact], progress: Mapping[UUID, Progress], *, after: int
    ) -> None:
        """Give these the positions that follow, and keep how far each aggregate goes."""
        values = arrays.append_arrays(facts, progress, after=after)
        await self._transaction.execute(say.APPEND, values)

    async def hold(self, facts: Sequence[Fact]) -> None:
        """Keep these until their gap is filled."""
        await self._transaction.execute(say.HOLD, arrays.fact_arrays(facts))

    async def release(self, facts: Sequence[Fact]) -> None:
        """These are held no longer."""
        places = {
            "aggregates": [fact.aggregate_id for fact in facts],
            "sequences": [fact.sequence for fact in facts],
        }
        await self._transaction.execute(say.RELEASE, places)

    async def change_threads(self, changes: ThreadChanges) -> None:
        """Let the threads follow."""
        only_states = changes.reached.keys() - changes.written.keys() - changes.filed.keys()
        whole = (changes.written.keys() | changes.filed.keys()) | await self._reach(
            changes, only_states
        )
        if whole:
            await self._transaction.execute(
                say.WRITE_ENTRIES, arrays.entry_arrays(changes, sorted(whole))
            )
        if changes.attachments:
            rows = arrays.attachment_arrays(changes.attachments.values())
            await self._transaction.execute(say.KEEP_ATTACHMENTS, rows)
        if changes.absorptions:
            rows = arrays.absorption_arrays(changes.absorptions.values())
            await self._transaction.execute(say.KEEP_ABSORPTIONS, rows)

    async def _reach(self, changes: ThreadChanges, ids: Collection[UUID]) -> set[UUID]:
        """Move states up; returns the texts that are not known yet, or were further already."""
        if not ids:
            return set()
        rows = await self._transaction.execute(
            say.REACH_STATES, arrays.state_arrays(changes, sorted(ids))
        )
        return set(rows.scalars())
