"""The moment in which a transaction waits for another's lock, for tests of races."""

import asyncio

from services.conversations.tests.scenes import Scene
from sqlalchemy import text

_WAITERS = text("""
    select count(*) from pg_stat_activity
     where wait_event_type = 'Lock' and datname = current_database()
""")


async def until_somebody_waits(scene: Scene) -> None:
    """Some transaction of this database has to wait now."""
    async with asyncio.timeout(60):
        while True:
            async with scene.database.transaction() as tx:
                if (await tx.execute(_WAITERS)).scalar_one():
                    return
            await asyncio.sleep(0.01)
