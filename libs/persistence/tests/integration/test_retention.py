from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from libs.persistence.tests.integration.conftest import RELIABLE
from sqlalchemy import insert, select

from clientcomm_persistence import Database, Retention

pytestmark = pytest.mark.integration


def _days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


async def test_old_rows_are_forgotten_and_young_ones_kept(database: Database) -> None:
    async with database.transaction() as transaction:
        for days in (13, 15):
            await transaction.execute(
                insert(RELIABLE.inbox).values(
                    consumer=f"{days}", event_id=uuid4(), received_at=_days_ago(days)
                )
            )
        for days in (6, 8):
            await transaction.execute(
                insert(RELIABLE.idempotency).values(
                    actor="a", key=f"{days}", body_hash="h", created_at=_days_ago(days)
                )
            )

    assert await Retention(database).forget() == 2

    async with database.transaction() as transaction:
        consumers = (await transaction.execute(select(RELIABLE.inbox.c.consumer))).scalars()
        keys = (await transaction.execute(select(RELIABLE.idempotency.c.key))).scalars()
        assert (list(consumers), list(keys)) == (["13"], ["6"])
