"""The block list in PostgreSQL, and its history."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.send_queue import CLAIMS_LOCK
from clientcomm_sms.domain.inbound import Blocked

_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")

_OF = text("""
    SELECT o.department_id, o.number, o.is_opted_out, o.is_doubtful, o.sequence
    FROM unnest(CAST(:departments AS uuid[]), CAST(:numbers AS text[])) AS g(department_id, number)
    JOIN opt_out o ON o.department_id = g.department_id AND o.number = g.number
""")

_WRITE = text("""
    INSERT INTO opt_out AS o (department_id, number, is_opted_out, is_doubtful, since, sequence)
    SELECT DISTINCT ON (department_id, number)
        department_id, number, is_opted_out, is_doubtful, CAST(:now AS timestamptz), sequence
    FROM unnest(
        CAST(:departments AS uuid[]), CAST(:numbers AS text[]), CAST(:outs AS boolean[]),
        CAST(:doubts AS boolean[]), CAST(:sequences AS integer[]), CAST(:places AS integer[])
    ) AS g(department_id, number, is_opted_out, is_doubtful, sequence, place)
    ORDER BY department_id, number, place DESC
    ON CONFLICT (department_id, number) DO UPDATE SET
        is_opted_out = excluded.is_opted_out, is_doubtful = excluded.is_doubtful,
        since = CASE WHEN o.is_opted_out = excluded.is_opted_out
            THEN o.since ELSE excluded.since END,
        sequence = excluded.sequence
""")

_REMEMBER = text("""
    INSERT INTO opt_out_change (department_id, number, is_opted_out, how, by_staff_id, at)
    SELECT department_id, number, is_opted_out, how, by_staff_id, :now
    FROM unnest(
        CAST(:departments AS uuid[]), CAST(:numbers AS text[]), CAST(:outs AS boolean[]),
        CAST(:hows AS text[]), CAST(:staff AS uuid[])
    ) AS g(department_id, number, is_opted_out, how, by_staff_id)
""")


class BlockListTable:
    """Client number and department: opted out, or doubtful."""

    async def lock_claims_out(self, tx: Transaction) -> None:
        """Wait for running claims to commit; later ones wait for this transaction (rule 3.7)."""
        await tx.execute(_LOCK, {"lock": CLAIMS_LOCK})

    async def of(
        self, tx: Transaction, pairs: Sequence[tuple[UUID, str]]
    ) -> dict[tuple[UUID, str], Blocked]:
        """What is known of these pairs."""
        if not pairs:
            return {}
        result = await tx.execute(
            _OF, {"departments": [d for d, _ in pairs], "numbers": [n for _, n in pairs]}
        )
        return {
            (row.department_id, row.number): Blocked(
                row.department_id,
                row.number,
                is_opted_out=row.is_opted_out,
                is_doubtful=row.is_doubtful,
                sequence=row.sequence,
            )
            for row in result
        }

    async def write(self, tx: Transaction, changed: Sequence[Blocked], now: datetime) -> None:
        """Store pairs; the last of several for one pair holds; what has a `how` is remembered."""
        if not changed:
            return
        await tx.execute(
            _WRITE,
            {
                "departments": [b.department_id for b in changed],
                "numbers": [b.number for b in changed],
                "outs": [b.is_opted_out for b in changed],
                "doubts": [b.is_doubtful for b in changed],
                "sequences": [b.sequence for b in changed],
                "places": list(range(len(changed))),
                "now": now,
            },
        )
        explained = [b for b in changed if b.how]
        if explained:
            await tx.execute(
                _REMEMBER,
                {
                    "departments": [b.department_id for b in explained],
                    "numbers": [b.number for b in explained],
                    "outs": [b.is_opted_out for b in explained],
                    "hows": [b.how for b in explained],
                    "staff": [b.by_staff_id for b in explained],
                    "now": now,
                },
            )
