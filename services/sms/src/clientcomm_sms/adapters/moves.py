"""States of outbound texts in PostgreSQL: locked in the order of their ids, then moved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.send_queue import LEASE_SECONDS, standing_of
from clientcomm_sms.domain.texts import Ending, Move, Standing

_LOCK = text("""
    SELECT * FROM outgoing_text
    WHERE message_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY message_id FOR UPDATE
""")

_MOVE = text("""
    UPDATE outgoing_text t SET
        state = g.state,
        reported = g.reported,
        version = t.version + g.step,
        error_code = g.error_code,
        look_at = g.look_at,
        lease_until = CASE WHEN g.keeps_lease THEN t.lease_until END,
        next_attempt_at = clock_timestamp() + make_interval(secs => g.retry_after),
        segments = coalesce(g.segments, t.segments),
        sid = CASE WHEN g.state <> 'unknown' THEN coalesce(g.sid, t.sid) END,
        sent_at = CASE WHEN g.state IN ('sent', 'delivered', 'undelivered')
            THEN coalesce(t.sent_at, :now) ELSE t.sent_at END,
        uncertain_since = CASE WHEN g.state = 'unknown'
            THEN coalesce(t.uncertain_since, :now) END,
        polls = CASE WHEN g.state = 'unknown' THEN t.polls ELSE 0 END
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reported AS text[]),
        CAST(:steps AS integer[]), CAST(:codes AS text[]), CAST(:looks AS timestamptz[]),
        CAST(:retries AS float8[]), CAST(:segments AS integer[]), CAST(:sids AS text[]),
        CAST(:kept AS boolean[])
    ) AS g(message_id, state, reported, step, error_code, look_at, retry_after, segments, sid,
        keeps_lease)
    WHERE t.message_id = g.message_id
""")

_END = text("""
    WITH ended AS (
        UPDATE attempt a SET state = g.state, sid = coalesce(a.sid, g.sid), code = g.code,
            ended_at = clock_timestamp()
        FROM unnest(
            CAST(:tokens AS uuid[]), CAST(:states AS text[]), CAST(:sids AS text[]),
            CAST(:codes AS text[])
        ) AS g(token, state, sid, code)
        WHERE a.token = g.token
        RETURNING a.number_from, g.sid
    )
    INSERT INTO number_health AS h (number, last_success_at)
    SELECT DISTINCT number_from, CAST(:now AS timestamptz) FROM ended WHERE sid IS NOT NULL
    ORDER BY 1
    ON CONFLICT (number) DO UPDATE SET last_success_at = excluded.last_success_at
    WHERE h.last_success_at < excluded.last_success_at - interval '1 s'
""")

_PAUSE = text("""
    UPDATE number_bucket SET
        paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => :seconds))
    WHERE number = ANY(CAST(:numbers AS text[]))
""")

_SLOW = text("""
    SELECT * FROM outgoing_text
    WHERE state = 'sending' AND reported IN ('queued', 'held')
        AND lease_until BETWEEN clock_timestamp()
            AND clock_timestamp() + make_interval(secs => :left)
    ORDER BY message_id LIMIT 500 FOR UPDATE SKIP LOCKED
""")

_EXPIRED = text("""
    SELECT * FROM outgoing_text
    WHERE state = 'sending' AND lease_until < clock_timestamp()
    ORDER BY message_id LIMIT 500 FOR UPDATE SKIP LOCKED
""")

_DUE_HELD = text("""
    SELECT * FROM outgoing_text
    WHERE state = 'held' AND look_at <= :now
    ORDER BY message_id LIMIT 500 FOR UPDATE SKIP LOCKED
""")

_DOUBTFUL = text("""
    SELECT * FROM outgoing_text
    WHERE state = 'held' AND error_code = 'suspected_refusal'
        AND department_id = :department_id AND number_to = :number
    ORDER BY message_id FOR UPDATE
""")

_RECEIVERS = text("""
    SELECT DISTINCT department_id, number_to FROM outgoing_text
    WHERE message_id = ANY(CAST(:ids AS uuid[]))
""")

_SHOWN_AS_SENDING_AFTER = 2.0


class Moves:
    """Locking texts and moving them."""

    async def lock(self, tx: Transaction, message_ids: Sequence[UUID]) -> list[Standing]:
        """Lock texts; always in the order of their ids, so that nobody waits in a circle."""
        result = await tx.execute(_LOCK, {"ids": list(message_ids)})
        return [standing_of(row) for row in result]

    async def move(self, tx: Transaction, moves: Sequence[Move], now: datetime) -> None:
        """Write new states."""
        if not moves:
            return
        await tx.execute(
            _MOVE,
            {
                "ids": [m.message_id for m in moves],
                "states": [m.state.value for m in moves],
                "reported": [m.reported.value for m in moves],
                "steps": [int(m.is_reported) for m in moves],
                "codes": [m.error_code for m in moves],
                "looks": [m.look_at for m in moves],
                "retries": [m.retry_after for m in moves],
                "segments": [m.segments for m in moves],
                "sids": [m.sid for m in moves],
                "kept": [m.keeps_lease for m in moves],
                "now": now,
            },
        )

    async def end(self, tx: Transaction, endings: Sequence[Ending], now: datetime) -> None:
        """Write how attempts ended."""
        await tx.execute(
            _END,
            {
                "tokens": [e.token for e in endings],
                "states": [e.state for e in endings],
                "sids": [e.sid for e in endings],
                "codes": [e.code for e in endings],
                "now": now,
            },
        )

    async def pause(self, tx: Transaction, numbers: Sequence[str], *, seconds: float) -> None:
        """Claim nothing from these numbers for a while."""
        await tx.execute(_PAUSE, {"numbers": sorted(numbers), "seconds": seconds})

    async def lock_slow(self, tx: Transaction) -> list[Standing]:
        """Lock texts whose attempt takes longer than 2 s and that are not shown as sending."""
        result = await tx.execute(_SLOW, {"left": LEASE_SECONDS - _SHOWN_AS_SENDING_AFTER})
        return [standing_of(row) for row in result]

    async def lock_expired(self, tx: Transaction) -> list[Standing]:
        """Lock texts whose lease is over: their process died or froze in the middle."""
        return [standing_of(row) for row in await tx.execute(_EXPIRED)]

    async def lock_due_held(self, tx: Transaction, now: datetime) -> list[Standing]:
        """Lock held texts whose hold ends."""
        return [standing_of(row) for row in await tx.execute(_DUE_HELD, {"now": now})]

    async def lock_doubtful_held(
        self, tx: Transaction, department_id: UUID, number: str
    ) -> list[Standing]:
        """Lock texts that a suspected refusal of this number holds."""
        result = await tx.execute(_DOUBTFUL, {"department_id": department_id, "number": number})
        return [standing_of(row) for row in result]

    async def receivers_of(
        self, tx: Transaction, message_ids: Sequence[UUID]
    ) -> set[tuple[UUID, str]]:
        """Department and receiver of these texts."""
        result = await tx.execute(_RECEIVERS, {"ids": list(message_ids)})
        return {(row.department_id, row.number_to) for row in result}
