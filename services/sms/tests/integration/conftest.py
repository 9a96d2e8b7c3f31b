from collections.abc import AsyncIterator, Callable

import pytest
from services.sms.tests.harness import Sms

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database


@pytest.fixture
async def sms(database_for: Callable[[str], DatabaseUrls]) -> AsyncIterator[Sms]:
    database = Database(
        database_for("sms").runtime, application_name="tests", pool_size=6, acquire_timeout=60
    )
    service = Sms(database)
    await service.begin()
    yield service
    await database.close()
