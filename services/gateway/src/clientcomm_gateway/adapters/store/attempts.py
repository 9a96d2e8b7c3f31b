"""Wrong sign-ins by key, counted before the password is looked at so that none slips by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_gateway.adapters.store.tables import sign_in_attempt
from clientcomm_gateway.domain.attempts import FORGET_AFTER, Attempts, Patience
from clientcomm_gateway.domain.secrets import digest
from clientcomm_persistence import Database, Transaction


class PostgresAttempts:
    """`application.ports.AttemptCounter` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, keys: Sequence[tuple[str, Patience]], now: datetime) -> datetime | None:
        """Count an attempt under all keys at once, or say until when to wait, counting nothing."""
        by_key = {digest(key): patience for key, patience in keys}
        async with self._database.transaction() as transaction:
            held = await _lock(transaction, sorted(by_key), now)
            waits = [
                until
                for key, patience in by_key.items()
                if (until := patience.wait_until(held[key], now)) is not None
            ]
            if not waits:
                await _count(transaction, sorted(by_key), now)
        return max(waits, default=None)

    async def succeeded(self, *, forget: Sequence[str], undo: Sequence[str]) -> None:
        """It was the right password: forget the failures, or only take back this attempt."""
        attempt = sign_in_attempt
        async with self._database.transaction() as transaction:
            await transaction.execute(
                delete(attempt).where(attempt.c.key.in_([digest(key) for key in forget]))
            )
            await transaction.execute(
                update(attempt)
                .where(attempt.c.key.in_([digest(key) for key in undo]), attempt.c.failures > 0)
                .values(failures=attempt.c.failures - 1)
            )


async def _lock(
    transaction: Transaction, keys: Sequence[bytes], now: datetime
) -> dict[bytes, Attempts]:
    """Rows for all keys, held until commit; parallel attempts wait for each other here."""
    attempt = sign_in_attempt
    rows = [{"key": key, "failures": 0, "last_at": now} for key in keys]
    await transaction.execute(insert(attempt).values(rows).on_conflict_do_nothing())
    statement = (
        select(attempt.c.key, attempt.c.failures, attempt.c.last_at)
        .where(attempt.c.key.in_(keys))
        .order_by(attempt.c.key)
        .with_for_update()
    )
    found = await transaction.execute(statement)
    return {bytes(row.key): Attempts(row.failures, row.last_at) for row in found}


async def _count(transaction: Transaction, keys: Sequence[bytes], now: datetime) -> None:
    attempt = sign_in_attempt
    is_old = attempt.c.last_at <= now - FORGET_AFTER
    await transaction.execute(
        update(attempt)
        .where(attempt.c.key.in_(keys))
        .values(failures=case((is_old, 1), else_=attempt.c.failures + 1), last_at=now)
    )
