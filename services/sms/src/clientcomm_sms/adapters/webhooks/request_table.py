"""Raw requests in PostgreSQL: stored once, taken in batches, set aside when they cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.webhooks.requests import Kind, StoredRequest

_STORE = text("""
    INSERT INTO webhook_request (kind, key, token, raw, received_at)
    SELECT * FROM unnest(
        CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:tokens AS uuid[]),
        CAST(:raws AS bytea[]), CAST(:times AS timestamptz[]))
    ON CONFLICT (kind, key) DO NOTHING
""")

_TAKE = text("""
    SELECT id, kind, key, token, raw, received_at FROM webhook_request
    WHERE done_at IS NULL AND next_try_at <= clock_timestamp()
    ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
""")

_DONE = text("""
    UPDATE webhook_request SET done_at = clock_timestamp(), problem = NULL
    WHERE id = ANY(CAST(:ids AS bigint[]))
""")

_FAILED = text("""
    UPDATE webhook_request SET tries = tries + 1, problem = :problem,
        next_try_at = clock_timestamp() + make_interval(secs => least(3600, 2 ^ tries))
    WHERE id = :id
""")

_SET_ASIDE = text("SELECT count(*) FROM webhook_request WHERE done_at IS NULL AND tries > 0")


@dataclass(frozen=True, slots=True)
class TakenRequest:
    """A request that this transaction has locked."""

    id: int
    request: StoredRequest


class RequestTable:
    """Raw requests that wait to be understood."""

    async def store(self, tx: Transaction, requests: Sequence[StoredRequest]) -> None:
        """Store each once; a repeated one changes nothing."""
        # Sorted, so that two groups with the same requests cannot wait for each other.
        unique = {(r.kind, r.key): r for r in requests}
        rows = [unique[key] for key in sorted(unique)]
        await tx.execute(
            _STORE,
            {
                "kinds": [r.kind.value for r in rows],
                "keys": [r.key for r in rows],
                "tokens": [r.token for r in rows],
                "raws": [r.raw for r in rows],
                "times": [r.received_at for r in rows],
            },
        )

    async def take(self, tx: Transaction, *, most: int) -> list[TakenRequest]:
        """Lock the oldest that wait."""
        return [
            TakenRequest(
                row.id,
                StoredRequest(Kind(row.kind), row.key, row.token, bytes(row.raw), row.received_at),
            )
            for row in await tx.execute(_TAKE, {"most": most})
        ]

    async def done(self, tx: Transaction, taken: Sequence[TakenRequest]) -> None:
        """Understood."""
        await tx.execute(_DONE, {"ids": [one.id for one in taken]})

    async def failed(self, tx: Transaction, one: TakenRequest, *, problem: str) -> None:
        """Not understood; tried again ever more rarely."""
        await tx.execute(_FAILED, {"id": one.id, "problem": problem})

    async def set_aside(self, tx: Transaction) -> int:
        """How many were tried and not understood yet."""
        return int((await tx.execute(_SET_ASIDE)).scalar_one())
