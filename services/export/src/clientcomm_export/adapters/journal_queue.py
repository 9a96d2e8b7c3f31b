"""Facts off the bus, into the journal."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_bus import Item
from clientcomm_chassis import counter
from clientcomm_contracts.contract import Event, Unparsable
from clientcomm_export.adapters.journal_tables import JournalTables
from clientcomm_export.application.append_facts import append_facts
from clientcomm_export.domain.journal import Fact
from clientcomm_persistence import Database, Transaction

QUEUE = "export.journal.v1"

_appended = counter("journal_appended", "Facts appended to the journal")
_held = counter("journal_held", "Facts that came before an earlier one of their aggregate")


class JournalQueue:
    """Handles batches of the journal's queue; any number of processes may.

    There is no inbox: the journal knows every fact by its aggregate and sequence, for good.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, items: Sequence[Item]) -> None:
        """Append a batch; committed when this returns. Raises Unparsable, Unavailable."""
        facts = [read_fact(item.event_id, item.name, item.body) for item in items]
        await self._database.run(lambda transaction: _append(transaction, facts))


async def _append(transaction: Transaction, facts: Sequence[Fact]) -> None:
    result = await append_facts(JournalTables(transaction, read_fact), facts)
    transaction.after_commit(lambda: _appended.inc(result.appended))
    transaction.after_commit(lambda: _held.inc(result.held))


def read_fact(event_id: UUID, name: str, body: bytes) -> Fact:
    """A fact from its body, which is parsed once. Raises Unparsable."""
    event = Item(event_id, name, body).parse()
    if not isinstance(event, Event):
        raise Unparsable(f"{name} is no fact")
    return Fact(
        event_id=event_id,
        name=name,
        aggregate_id=event.aggregate_id,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
        body=body.decode(),
        content=event,
    )
