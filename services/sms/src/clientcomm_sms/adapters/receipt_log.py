"""Receipts in PostgreSQL: appended once per sid and status, and the attempts that they name."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import TextClause, text

from clientcomm_persistence import Transaction
from clientcomm_sms.domain.matching import Sought, body_hash
from clientcomm_sms.domain.receipts import KnownAttempt, Receipt

_APPEND = text("""
    INSERT INTO callback_log (sid, status, token, error_code, received_at, raw)
    SELECT * FROM unnest(
        CAST(:sids AS text[]), CAST(:statuses AS text[]), CAST(:tokens AS uuid[]),
        CAST(:codes AS text[]), CAST(:times AS timestamptz[]), CAST(:raws AS bytea[]))
    ON CONFLICT (sid, status) DO NOTHING
    RETURNING sid, status
""")

_BY_TOKEN = text("""
    SELECT token, message_id, sid, state FROM attempt WHERE token = ANY(CAST(:tokens AS uuid[]))
""")

_BY_SID = text("""
    SELECT token, message_id, sid, state FROM attempt WHERE sid = ANY(CAST(:sids AS text[]))
""")

_LEARN = text("""
    UPDATE attempt a SET sid = g.sid, state = 'submitted', ended_at = clock_timestamp()
    FROM unnest(CAST(:tokens AS uuid[]), CAST(:sids AS text[])) AS g(token, sid)
    WHERE a.token = g.token AND a.sid IS NULL
        AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.sid = g.sid)
""")


_ADOPT = text("""
    INSERT INTO attempt (token, message_id, number_from, number_to, body_hash, state, sid)
    VALUES (:token, :message_id, :number_from, :number_to, :body_hash, 'submitted', :sid)
    ON CONFLICT DO NOTHING
""")


class ReceiptTable:
    """The log of callbacks."""

    async def append(self, tx: Transaction, receipts: Sequence[Receipt]) -> list[Receipt]:
        """Append; returns those that were not there yet."""
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
        return [unique[row.sid, row.status] for row in result]

    async def attempts_of(self, tx: Transaction, receipts: Sequence[Receipt]) -> list[KnownAttempt]:
        """The attempts that the receipts name by token, else by sid."""
        tokens = {r.token for r in receipts if r.token is not None}
        found = await self._attempts(tx, _BY_TOKEN, {"tokens": list(tokens)}) if tokens else []
        named = {attempt.token for attempt in found}
        others = {r.sid for r in receipts if r.token not in named}
        if others:
            found += await self._attempts(tx, _BY_SID, {"sids": list(others)})
        return found

    async def learn_sids(self, tx: Transaction, sids: Mapping[UUID, str]) -> None:
        """Attempts' sids as receipts or the reconciler found them."""
        if sids:
            await tx.execute(_LEARN, {"tokens": list(sids), "sids": list(sids.values())})

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

    async def owned(self, tx: Transaction, sids: Iterable[str]) -> set[str]:
        """Which of these sids belong to an attempt."""
        return {a.sid for a in await self._attempts(tx, _BY_SID, {"sids": list(sids)}) if a.sid}

    async def _attempts(
        self, tx: Transaction, query: TextClause, parameters: Mapping[str, object]
    ) -> list[KnownAttempt]:
        result = await tx.execute(query, parameters)
        return [KnownAttempt(r.token, r.message_id, r.sid, r.state) for r in result]
