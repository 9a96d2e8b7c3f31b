"""Receipts in PostgreSQL: appended once per sid and status, and the attempts that they name."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.matching import Sought, body_hash
from clientcomm_sms.domain.receipts import Named, Receipt

_APPEND = text("""
    WITH fresh AS (
        INSERT INTO callback_log (sid, status, token, error_code, received_at, raw)
        SELECT * FROM unnest(
            CAST(:sids AS text[]), CAST(:statuses AS text[]), CAST(:tokens AS uuid[]),
            CAST(:codes AS text[]), CAST(:times AS timestamptz[]), CAST(:raws AS bytea[]))
        ON CONFLICT (sid, status) DO NOTHING
        RETURNING sid, status, token
    )
    SELECT f.sid, f.status, coalesce(a.token, b.token) AS token,
        coalesce(a.message_id, b.message_id) AS message_id,
        coalesce(a.sid, b.sid) AS known_sid, t.state
    FROM fresh f
    LEFT JOIN attempt a ON a.token = f.token
    LEFT JOIN attempt b ON b.sid = f.sid AND a.token IS NULL
    LEFT JOIN outgoing_text t ON t.message_id = coalesce(a.message_id, b.message_id)
""")

_OWNED = text("SELECT sid FROM attempt WHERE sid = ANY(CAST(:sids AS text[]))")

_LEARN = text("""
    UPDATE attempt a SET sid = g.sid, state = 'submitted', ended_at = clock_timestamp()
    FROM unnest(CAST(:tokens AS uuid[]), CAST(:sids AS text[])) AS g(token, sid)
    WHERE a.token = g.token AND a.sid IS NULL
        AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.sid = g.sid)
""")

_ADOPTERS = text("""
    SELECT a.message_id, a.sid
    FROM unnest(CAST(:tokens AS uuid[]), CAST(:sids AS text[])) AS g(token, sid)
    JOIN attempt a ON a.sid = g.sid AND a.token <> g.token
""")

_DISOWN = text("""
    UPDATE attempt a SET sid = NULL, state = 'unknown'
    FROM unnest(CAST(:tokens AS uuid[]), CAST(:sids AS text[])) AS g(token, sid)
    WHERE a.sid = g.sid AND a.token <> g.token
""")

_ADOPT = text("""
    INSERT INTO attempt (token, message_id, number_from, number_to, body_hash, state, sid)
    VALUES (:token, :message_id, :number_from, :number_to, :body_hash, 'submitted', :sid)
    ON CONFLICT DO NOTHING
""")


class ReceiptTable:
    """The log of callbacks."""

    async def append(self, tx: Transaction, receipts: Sequence[Receipt]) -> list[Named]:
        """Append; returns those that were not there yet, with the attempt that each names."""
        unique = {(r.sid, r.status): r for r in receipts}
        # Sorted, so that two batches with the same receipts cannot wait for each other.
        rows = [unique[key] for key in sorted(unique)]
        result = await tx.execute(
            _APPEND,
            {
                "sids": [r.sid for r in rows],
                "statuses": [r.status for r in rows],
                "tokens": [r.token for r in rows],
                "codes": [r.error_code for r in rows],
                "times": [r.received_at for r in rows],
                "raws": [r.raw for r in rows],
            },
        )
        return [
            Named(
                unique[row.sid, row.status],
                row.token,
                row.message_id,
                row.known_sid,
                None if row.state is None else MessageState(row.state),
            )
            for row in result
        ]

    async def learn_sids(self, tx: Transaction, sids: Mapping[UUID, str]) -> None:
        """Attempts' sids as receipts or the reconciler found them."""
        if sids:
            await tx.execute(_LEARN, _columns(sids))

    async def adopt(self, tx: Transaction, message_id: UUID, sought: Sought, sid: str) -> None:
        """An attempt that was forgotten: after a restore only the carrier knows of it."""
        await tx.execute(
            _ADOPT,
            {
                "token": UUID(bytes=secrets.token_bytes(16)),
                "message_id": message_id,
                "number_from": sought.number_from,
                "number_to": sought.number_to,
                "body_hash": body_hash(sought.body),
                "sid": sid,
            },
        )

    async def adopters(self, tx: Transaction, proofs: Mapping[UUID, str]) -> dict[UUID, str]:
        """Texts that have one of these sids though it is proven to belong to another attempt."""
        result = await tx.execute(_ADOPTERS, _columns(proofs))
        return {row.message_id: row.sid for row in result}

    async def disown(self, tx: Transaction, proofs: Mapping[UUID, str]) -> None:
        """Take these sids from every attempt but the one that is proven to have it."""
        await tx.execute(_DISOWN, _columns(proofs))

    async def owned(self, tx: Transaction, sids: Iterable[str]) -> set[str]:
        """Which of these sids belong to an attempt."""
        return set((await tx.execute(_OWNED, {"sids": list(sids)})).scalars())


def _columns(sids: Mapping[UUID, str]) -> dict[str, object]:
    return {"tokens": list(sids), "sids": list(sids.values())}
