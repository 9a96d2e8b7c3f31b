from collections.abc import AsyncIterator, Callable

import pytest
from services.conversations.tests.scenes import Scene

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database


@pytest.fixture
async def scene(
    database_for: Callable[[str], DatabaseUrls],
) -> AsyncIterator[Scene]:
    database = Database(
        database_for("conversations").runtime, application_name="tests", pool_size=4
    )
    yield Scene(database)
    await database.close()
