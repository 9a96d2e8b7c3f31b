"""Automatic replies while somebody is away, or the office is closed (rule 2.10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction

_AWAY_REPLY_EVERY = timedelta(hours=24)

_AWAY = text("""
    select staff_id, away_reply from coverage
     where staff_id = any(cast(:staff_ids as uuid[])) and away_reply is not null
       and since <= :now and until > :now and ended_at is null
""")

# The conversation is locked already, so who asks first is the only one.
_MAY_REPLY_AWAY = text("""
    update conversation set last_away_reply_at = :now
     where id = :id and (last_away_reply_at is null or last_away_reply_at <= :before)
    returning id
""")
_MAY_REPLY_CLOSED = text("""
    update conversation set last_closed_reply_at = :now
     where id = :id and (last_closed_reply_at is null or last_closed_reply_at < :closed_since)
    returning id
""")


class SqlAbsences(OneTransaction):
    """What is answered while somebody is away; a part of a transaction's `Arrivals`."""

    async def away_replies(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What clients of who is away now are told."""
        if not staff_ids:
            return {}
        found = await self._tx.execute(_AWAY, {"staff_ids": list(staff_ids), "now": self.now()})
        return {row.staff_id: row.away_reply for row in found}

    async def may_reply_away(self, conversation_id: UUID) -> bool:
        """True once in 24 hours."""
        now = self.now()
        asked = {"id": conversation_id, "now": now, "before": now - _AWAY_REPLY_EVERY}
        return (await self._tx.execute(_MAY_REPLY_AWAY, asked)).one_or_none() is not None

    async def may_reply_closed(self, conversation_id: UUID, *, closed_since: datetime) -> bool:
        """True once since the office closed."""
        asked = {"id": conversation_id, "now": self.now(), "closed_since": closed_since}
        return (await self._tx.execute(_MAY_REPLY_CLOSED, asked)).one_or_none() is not None
