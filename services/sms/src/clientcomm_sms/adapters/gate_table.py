"""The gate's row in PostgreSQL, and the identity of the server."""

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.domain.gate import Gate, Server

# Both functions may be called by anyone; they tell nothing of the data.
_SERVER = text("""
    SELECT s.system_identifier, c.timeline_id
    FROM pg_control_system() s, pg_control_checkpoint() c
""")

_READ = text("""
    SELECT is_open, reason, system_identifier, timeline, changed_at, compared_at
    FROM gate WHERE id = 1 FOR UPDATE
""")

_WRITE = text("""
    INSERT INTO gate (
        id, is_open, reason, system_identifier, timeline, changed_at, compared_at)
    VALUES (1, :is_open, :reason, :system_identifier, :timeline, :changed_at, :compared_at)
    ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, reason = excluded.reason,
        system_identifier = excluded.system_identifier, timeline = excluded.timeline,
        changed_at = excluded.changed_at, compared_at = excluded.compared_at
""")


class GateRow:
    """The one row of the gate."""

    async def server(self, tx: Transaction) -> Server:
        """The server that this transaction runs on."""
        row = (await tx.execute(_SERVER)).one()
        return Server(row.system_identifier, row.timeline_id)

    async def read(self, tx: Transaction) -> Gate | None:
        """The gate, locked; None before the first start."""
        row = (await tx.execute(_READ)).one_or_none()
        if row is None:
            return None
        return Gate(
            is_open=row.is_open,
            reason=row.reason,
            server=Server(row.system_identifier, row.timeline),
            changed_at=row.changed_at,
            compared_at=row.compared_at,
        )

    async def write(self, tx: Transaction, gate: Gate) -> None:
        """Store it."""
        await tx.execute(
            _WRITE,
            {
                "is_open": gate.is_open,
                "reason": gate.reason,
                "system_identifier": gate.server.system_identifier,
                "timeline": gate.server.timeline,
                "changed_at": gate.changed_at,
                "compared_at": gate.compared_at,
            },
        )
