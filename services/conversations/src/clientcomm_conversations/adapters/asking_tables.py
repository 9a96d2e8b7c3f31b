"""Who asked for whose conversation, in its table."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.supervisors import supervisors
from clientcomm_conversations.application.ask_for_transfer import Asked
from clientcomm_persistence import Transaction

# Of two at once the second waits for the first, and then finds it asked. Whoever has the client
# since is somebody else to ask.
_ASK = text("""
    insert into transfer_asked as a (conversation_id, asked_by, asked_of, asked_at)
    values (:conversation_id, :asked_by, :asked_of, :at)
    on conflict (conversation_id, asked_by) do update
       set asked_of = excluded.asked_of, asked_at = excluded.asked_at
     where a.asked_at <= :unless_since or a.asked_of <> excluded.asked_of
    returning 1
""")
_ASKED_AT = text("""
    select asked_at from transfer_asked
     where conversation_id = :conversation_id and asked_by = :asked_by
""")


class AskingTable:
    """`application.ask_for_transfer.AskStore` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def ask(self, asked: Asked, *, unless_since: datetime) -> datetime | None:
        whose = {"conversation_id": asked.conversation_id, "asked_by": asked.asked_by}
        fresh = await self._tx.execute(
            _ASK,
            {**whose, "asked_of": asked.asked_of, "at": asked.at, "unless_since": unless_since},
        )
        if fresh.one_or_none() is not None:
            return None
        before: datetime = (await self._tx.execute(_ASKED_AT, whose)).scalar_one()
        return before

    async def supervisors(self, department_id: UUID) -> tuple[UUID, ...]:
        return tuple(await supervisors(self._tx, department_id))
