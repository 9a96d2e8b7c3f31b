"""API tokens: when they end, and what the audit log keeps of their use."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene
from sqlalchemy import text

from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_a_token_that_has_ended_or_expired_is_none(house: House) -> None:
    scene = await a_scene(house)
    house.gateway.on_listening(True)
    async with await house.api(scene.manager) as api:
        assert (await api.get("/me")).status_code == 200
        await _tokens(house, "expires_at = now() - interval '1 second'")
        house.gateway.on_person(scene.manager.id)
        assert (await api.get("/me")).status_code == 401
        await _tokens(house, "expires_at = null, ended_at = now()")
        assert (await api.get("/me")).status_code == 401


async def test_the_use_of_a_token_is_noted(house: House, database_urls: DatabaseUrls) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        for _ in range(3):
            await api.get("/me")
        await api.get("/me", headers={"Authorization": "Bearer cc_wrong"})

    deeds = [deed for deed, _, _ in await house.audited(database_urls.owner)]
    assert deeds.count("token.used") == 1
    assert deeds.count("token.refused") == 1
    async with house.database.transaction() as transaction:
        used = await transaction.execute(text("SELECT last_used_at FROM api_token"))
        assert used.scalar_one() is not None


async def test_an_auditor_reading_by_api_is_noted(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.auditor) as api:
        await api.get(f"/conversations/{scene.talk.row.id}/messages")
        await api.get(f"/messages/{scene.inbound.id}")

    noted = [one for one in await house.audited(database_urls.owner) if "read" in one[0]]
    assert noted == [("message_text.read", scene.auditor.id, [scene.talk.row.id])] * 2


async def _tokens(house: House, changes: str) -> None:
    async with house.database.transaction() as transaction:
        await transaction.execute(text(f"UPDATE api_token SET {changes}"))
