"""What is taken back before it goes to the carrier: texts that wait, and texts yet to come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import Lane
from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.send_queue import ARRIVALS_LOCK, standing_of
from clientcomm_sms.domain.texts import LANES, Standing

_LOCK_ARRIVALS_OUT = text("SELECT pg_advisory_xact_lock(:lock)")

_LOCK_WAITING = text("""
    SELECT * FROM outgoing_text
    WHERE state IN ('queued', 'held') AND lane = ANY(CAST(:lanes AS smallint[]))
        AND (message_id = ANY(CAST(:messages AS uuid[]))
            OR conversation_id = ANY(CAST(:conversations AS uuid[])) AND written_at <= :up_to)
    ORDER BY message_id FOR UPDATE
""")

_REMEMBER_TEXTS = text("""
    INSERT INTO withdrawn_text (message_id, withdrawn_at)
    SELECT id, :now FROM unnest(CAST(:ids AS uuid[])) AS g(id)
    WHERE NOT EXISTS (SELECT 1 FROM outgoing_text t WHERE t.message_id = g.id)
    ON CONFLICT DO NOTHING
""")

_REMEMBER_LANES = text("""
    INSERT INTO withdrawn_lane AS known (conversation_id, lane, withdrawn_at)
    SELECT id, lane, CAST(:up_to AS timestamptz)
    FROM unnest(CAST(:ids AS uuid[])) AS c(id), unnest(CAST(:lanes AS smallint[])) AS l(lane)
    ON CONFLICT (conversation_id, lane) DO UPDATE SET withdrawn_at = excluded.withdrawn_at
    WHERE known.withdrawn_at < excluded.withdrawn_at
""")

# Long after the last try of the command that would bring a withdrawn text; an item that lay
# parked for longer is looked at by a person before it is replayed.
FORGOTTEN = (
    text("""
        DELETE FROM withdrawn_text WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM withdrawn_text
            WHERE withdrawn_at < now() - interval '90 days' LIMIT :slice))
        RETURNING 1
    """),
    text("""
        DELETE FROM withdrawn_lane WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM withdrawn_lane
            WHERE withdrawn_at < now() - interval '90 days' LIMIT :slice))
        RETURNING 1
    """),
)


class WithdrawalTables:
    """Single texts, and lanes of conversations up to an instant."""

    async def lock_arrivals_out(self, tx: Transaction) -> None:
        """No text comes in until this transaction is over."""
        await tx.execute(_LOCK_ARRIVALS_OUT, {"lock": ARRIVALS_LOCK})

    async def lock_waiting(
        self,
        tx: Transaction,
        *,
        conversation_ids: Sequence[UUID],
        message_ids: Sequence[UUID],
        lanes: Sequence[Lane],
        up_to: datetime,
    ) -> list[Standing]:
        """Lock what has not gone to the carrier; of conversations, what was written by then."""
        result = await tx.execute(
            _LOCK_WAITING,
            {
                "conversations": list(conversation_ids),
                "messages": list(message_ids),
                "lanes": _numbers(lanes),
                "up_to": up_to,
            },
        )
        return [standing_of(row) for row in result]

    async def remember_texts(
        self, tx: Transaction, message_ids: Sequence[UUID], now: datetime
    ) -> None:
        """Texts that are to be canceled when they come after all."""
        await tx.execute(_REMEMBER_TEXTS, {"ids": sorted(message_ids), "now": now})

    async def remember_lanes(
        self,
        tx: Transaction,
        conversation_ids: Sequence[UUID],
        *,
        lanes: Sequence[Lane],
        up_to: datetime,
    ) -> None:
        """What was written by then in these lanes is canceled when it comes after all."""
        ids = sorted(set(conversation_ids))
        await tx.execute(_REMEMBER_LANES, {"ids": ids, "lanes": _numbers(lanes), "up_to": up_to})


def _numbers(lanes: Sequence[Lane]) -> list[int]:
    return [LANES.index(lane) for lane in lanes]
