"""Fixtures of the gateway's tests."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from services.gateway.tests.browsing import House, a_house
from services.gateway.tests.world import World, a_world

from clientcomm_testkit.databases import DatabaseUrls


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def database_urls(database_for: Callable[[str], DatabaseUrls]) -> DatabaseUrls:
    return database_for("gateway")


@pytest.fixture
async def house(world: World, database_urls: DatabaseUrls, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(database_urls.runtime, world, tmp_path) as made:
        yield made
