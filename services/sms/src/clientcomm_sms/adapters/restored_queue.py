"""What waits in a restored send queue, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.domain.texts import Unsent

_UNSENT = text("""
    SELECT message_id, number_from, number_to, body, written_at FROM outgoing_text
    WHERE state IN ('queued', 'held', 'sending') ORDER BY message_id
""")

_POLL_SENT = text("UPDATE outgoing_text SET look_at = :now WHERE state IN ('sent', 'unknown')")


class RestoredQueue:
    """The queue as a restore left it."""

    async def unsent(self, tx: Transaction) -> list[Unsent]:
        """Everything that this copy believes not to have gone."""
        return [
            Unsent(row.message_id, row.number_from, row.number_to, row.body, row.written_at)
            for row in await tx.execute(_UNSENT)
        ]

    async def poll_sent(self, tx: Transaction, now: datetime) -> None:
        """Receipts may have come after the copy was made."""
        await tx.execute(_POLL_SENT, {"now": now})
