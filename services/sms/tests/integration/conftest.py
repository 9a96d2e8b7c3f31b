from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from services.sms.tests.carrier_calls import Carrier, calling
from services.sms.tests.harness import Sms

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database
from clientcomm_sms.adapters.webhooks import app, intake
from clientcomm_sms.adapters.webhooks.storing import StoreRequests


@pytest.fixture
async def sms(database_for: Callable[[str], DatabaseUrls]) -> AsyncIterator[Sms]:
    database = Database(
        database_for("sms").runtime, application_name="tests", pool_size=6, acquire_timeout=60
    )
    service = Sms(database)
    await service.begin()
    yield service
    await database.close()


@pytest.fixture
async def carrier(
    sms: Sms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Carrier]:
    """Webhooks that wait for the database as long as it takes."""
    monkeypatch.setattr(intake, "_STORE_WITHIN", 60.0)
    monkeypatch.setattr(app, "_LOOK_UP_WITHIN", 60.0)
    store = StoreRequests(sms.database, sms.requests, sms.record_receipts, wake=lambda: None)

    async def phones(number_to: str, caller: str) -> tuple[str | None, str | None]:
        async with sms.database.transaction() as tx:
            _, desk, fallback = await sms.directory.phones_for(
                tx, number_to=number_to, caller=caller
            )
        return desk, fallback

    async with calling(store, tmp_path, phones=phones) as made:
        yield made
