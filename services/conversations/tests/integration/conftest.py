from collections.abc import AsyncIterator, Callable

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.departments import organisation
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, grouped


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a turn or a lock waits as long as it takes: how long is tested elsewhere."""
    monkeypatch.setattr(grouped, "_TURN_WITHIN", 120.0)
    monkeypatch.setattr(grouped, "_PATIENCE_OF_ONE", "120s")


@pytest.fixture
async def scene(database_for: Callable[[str], DatabaseUrls]) -> AsyncIterator[Scene]:
    """Enough connections for what a race has under way, and patience for them."""
    urls = database_for("conversations")
    database = Database(
        urls.runtime,
        application_name="tests",
        pool_size=10,
        acquire_timeout=120,
        statement_timeout_ms=120_000,
    )
    yield Scene(database)
    await database.close()


@pytest.fixture
def writing(scene: Scene) -> Writing:
    return Writing(scene)


@pytest.fixture
async def office(scene: Scene) -> Place:
    return await scene.department("Probation North")


@pytest.fixture
async def here(scene: Scene) -> Place:
    """A department of an organisation."""
    row = {"id": new_id(), "name": "Elm County", "created_at": NOON}
    await scene.put(organisation, [row])
    return await scene.department("Pretrial")


@pytest.fixture
async def there(scene: Scene, here: Place) -> Place:
    return await scene.department("Probation")


@pytest.fixture
async def chief(scene: Scene) -> Asker:
    return await scene.staff("Cleo Chief", (Role.ADMINISTRATOR, None))


@pytest.fixture
async def officer(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office))


@pytest.fixture
async def colleague(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))


@pytest.fixture
async def thread(scene: Scene, office: Place, officer: Asker) -> Thread:
    return await scene.thread(office, officer)
