"""Texts whose fate is open, in PostgreSQL, and texts of the carrier's that nobody explains."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.carrier import CarrierText
from clientcomm_sms.domain.matching import body_hash
from clientcomm_sms.domain.texts import Twins, Uncertain

_TAKE_DUE = text("""
    WITH due AS (
        SELECT t.message_id FROM outgoing_text t
        WHERE t.look_at <= :now AND t.state NOT IN ('held', 'queued', 'sending')
        ORDER BY t.look_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE outgoing_text t SET look_at = :until FROM due
    WHERE t.message_id = due.message_id
    RETURNING t.message_id, t.state, t.number_from, t.number_to, t.body, t.token, t.sid,
        coalesce(
            (SELECT a.started_at FROM attempt a WHERE a.token = t.token), t.arrived_at
        ) AS started_at,
        t.uncertain_since, t.sent_at, t.polls, t.error_code
""")

_COUNT_POLL = text("UPDATE outgoing_text SET polls = polls + 1 WHERE message_id = :id")

_LOCK_ALIKE = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('alike ' || :number_from || :number_to, 0))
""")

# Two of them, because each state has an index of its own.
_TWINS = text("""
    WITH open AS (
        SELECT message_id, token, number_from, number_to, state FROM outgoing_text
        WHERE state = 'unknown'
        UNION ALL
        SELECT message_id, token, number_from, number_to, state FROM outgoing_text
        WHERE state = 'sending'
    )
    SELECT count(*) FILTER (WHERE t.state = 'unknown') AS unknown,
        count(*) FILTER (WHERE t.state = 'sending') AS sending
    FROM open t JOIN attempt a ON a.token = t.token
    WHERE t.number_from = :number_from AND t.number_to = :number_to
        AND a.body_hash = :body_hash AND t.message_id <> :id
""")

_ADD_STRAY = text("""
    INSERT INTO stray_text (sid, kind, message_id, number, found_at)
    VALUES (:sid, :kind, :message_id, :number, :now) ON CONFLICT (sid) DO NOTHING
""")

_ADD_UNEXPLAINED = text("""
    INSERT INTO stray_text (sid, kind, number, found_at)
    SELECT g.sid, 'unexplained', g.number, CAST(:now AS timestamptz)
    FROM unnest(CAST(:sids AS text[]), CAST(:numbers AS text[])) AS g(sid, number)
    WHERE NOT EXISTS (SELECT 1 FROM attempt a WHERE a.sid = g.sid)
    ORDER BY g.sid ON CONFLICT (sid) DO NOTHING
""")

_SETTLE = text("""
    UPDATE stray_text s SET settled_at = :now
    WHERE s.settled_at IS NULL AND (
        (s.kind = 'unexplained' AND EXISTS (SELECT 1 FROM attempt a WHERE a.sid = s.sid))
        OR (s.kind = 'missing' AND EXISTS (
            SELECT 1 FROM outgoing_text t WHERE t.message_id = s.message_id
                AND t.state IN ('delivered', 'undelivered', 'failed'))))
""")

_UNEXPLAINED = text("""
    SELECT (SELECT count(*) FROM stray_text WHERE settled_at IS NULL AND kind <> 'duplicate')
        + (SELECT count(*) FROM outgoing_text WHERE state = 'unknown' AND error_code = 'no_match')
""")


class OpenTexts:
    """What the carrier is to be asked about, and what it lists beyond what we know."""

    async def take_due(
        self, tx: Transaction, now: datetime, *, until: datetime, limit: int
    ) -> list[Uncertain]:
        """Texts that are to be looked up now, in the order of their attempts; nobody else looks."""
        result = await tx.execute(_TAKE_DUE, {"now": now, "until": until, "limit": limit})
        return [
            Uncertain(
                message_id=row.message_id,
                state=MessageState(row.state),
                number_from=row.number_from,
                number_to=row.number_to,
                body=row.body,
                token=row.token,
                sid=row.sid,
                started_at=row.started_at,
                uncertain_since=row.uncertain_since,
                sent_at=row.sent_at,
                polls=row.polls,
                error_code=row.error_code,
            )
            for row in sorted(result, key=lambda row: row.started_at)
        ]

    async def count_poll(self, tx: Transaction, text: Uncertain) -> None:
        """The carrier answered and had no match."""
        await tx.execute(_COUNT_POLL, {"id": text.message_id})

    async def twins(self, tx: Transaction, text: Uncertain) -> Twins:
        """Count open texts of the same numbers and body; one at a time from here."""
        numbers = {"number_from": text.number_from, "number_to": text.number_to}
        await tx.execute(_LOCK_ALIKE, numbers)
        result = await tx.execute(
            _TWINS, {**numbers, "body_hash": body_hash(text.body), "id": text.message_id}
        )
        row = result.one()
        return Twins(unknown=row.unknown, sending=row.sending)

    async def add_stray(
        self, tx: Transaction, sid: str, *, kind: str, text: Uncertain, now: datetime
    ) -> None:
        """A second copy, or a text of ours that the carrier does not know."""
        await tx.execute(
            _ADD_STRAY,
            {
                "sid": sid,
                "kind": kind,
                "message_id": text.message_id,
                "number": text.number_from,
                "now": now,
            },
        )

    async def add_unexplained(
        self, tx: Transaction, listed: Sequence[CarrierText], now: datetime
    ) -> None:
        """Remember what the carrier lists and no attempt owns; forget what was explained since."""
        await tx.execute(
            _ADD_UNEXPLAINED,
            {
                "sids": [found.sid for found in listed],
                "numbers": [found.number_from for found in listed],
                "now": now,
            },
        )
        await tx.execute(_SETTLE, {"now": now})

    async def unexplained(self, tx: Transaction) -> int:
        """The figure that is to be 0 (rule 6.8)."""
        return int((await tx.execute(_UNEXPLAINED)).scalar_one())
