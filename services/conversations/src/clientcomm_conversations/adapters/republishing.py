"""`republish`: what was ever told goes to export's journal alone, once more (architecture §6)."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import text

from clientcomm_contracts.topology import wait_exchange
from clientcomm_persistence.database import Database
from clientcomm_persistence.outbox import Entry
from clientcomm_persistence.transaction import Transaction

JOURNAL = "export.journal.v1"
_SLICE = 1000
_MOST_WAITING = 5000
_LOOK_AGAIN_AFTER = 0.2

# In their order, with the bodies that still exist; what was erased stays erased.
_FACTS = text("""
    select f.position, f.event_id, f.name,
           cast(case when f.name in ('conversations.message.written.v1',
                                     'conversations.message.received.v1')
                     then f.facts || jsonb_build_object('body', coalesce(m.body, ''))
                     else f.facts end as text) as body
      from (select * from fact where position > :after order by position limit :most) f
      left join message m on f.name like 'conversations.message.%'
                         and m.id = cast(f.facts ->> 'message_id' as uuid)
     order by f.position
""")

_WAITING = text("select count(*) from (select 1 from outbox limit :most) waiting")


async def republish(database: Database) -> int:
    """Hand every kept fact to the relay, slice by slice; returns how many there were."""
    after, total = 0, 0
    while True:
        await _until_relayed(database)
        async with database.transaction() as tx:
            positions = await _hand_over(tx, after)
        if not positions:
            return total
        after, total = positions[-1], total + len(positions)


async def _hand_over(tx: Transaction, after: int) -> Sequence[int]:
    """By way of a wait queue, which returns to the one queue that it is told."""
    rows = (await tx.execute(_FACTS, {"after": after, "most": _SLICE})).all()
    for row in rows:
        tx.write_entry(
            Entry(row.event_id, wait_exchange("1s"), row.name, JOURNAL, row.body, None, None)
        )
    return [row.position for row in rows]


async def _until_relayed(database: Database) -> None:
    """Let the relay get on; other messages should not stand behind a long line."""
    while True:
        async with database.transaction() as tx:
            waiting: int = (await tx.execute(_WAITING, {"most": _MOST_WAITING})).scalar_one()
        if waiting < _MOST_WAITING:
            return
        await asyncio.sleep(_LOOK_AGAIN_AFTER)
