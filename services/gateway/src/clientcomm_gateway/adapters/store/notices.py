"""Tells every gateway process that someone's sessions, tokens or rights changed."""

from uuid import UUID

from sqlalchemy import func, select

from clientcomm_persistence import Transaction

CHANNEL = "gateway_people"


async def tell_of(transaction: Transaction, staff_id: UUID) -> None:
    """Sent with the commit: what other processes remember of this person is stale."""
    await transaction.execute(select(func.pg_notify(CHANNEL, str(staff_id))))
