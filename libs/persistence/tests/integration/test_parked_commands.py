"""What an administrator types when something is parked, in each service."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from libs.persistence.tests.contracts import item_of, kept

from clientcomm_contracts import topology
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database, ParkingTable
from clientcomm_testkit.databases import service_environment

pytestmark = [pytest.mark.integration, pytest.mark.slow]


async def _park(url: str, *texts: str) -> None:
    database = Database(url, application_name="test")
    for text in texts:
        parking = ParkingTable(database)
        await parking.park(queue="q", item=item_of(kept(text)), exception_type="ValueError")
    await database.close()


def _parked(urls: DatabaseUrls, folder: Path, service: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"clientcomm_{service}", "parked", *arguments],
        env={**os.environ, **service_environment(urls, state_dir=str(folder))},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert "private" not in done.stdout
    return done.stdout


def _waiting(urls: DatabaseUrls) -> list[tuple[str, str]]:
    with psycopg.connect(urls.owner) as owner:
        return owner.execute("SELECT exchange, routing_key FROM outbox").fetchall()


def test_one_is_replayed_and_the_rest_discarded(
    database_for: Callable[[str], DatabaseUrls], tmp_path: Path
) -> None:
    urls = database_for("export")
    asyncio.run(_park(urls.runtime, "first private words", "second private words"))

    first, _ = map(json.loads, _parked(urls, tmp_path, "export", "list").splitlines())
    replayed = _parked(urls, tmp_path, "export", "replay", first["id"])
    discarded = _parked(urls, tmp_path, "export", "discard", "all")

    assert first["exception_type"] == "ValueError"
    assert (replayed, discarded) == ("1 of 1\n", "1 of 1\n")
    assert _waiting(urls) == [(topology.wait_exchange("1s"), "q")]


@pytest.mark.parametrize("service", topology.SERVICES)
def test_every_service_has_the_command(
    database_for: Callable[[str], DatabaseUrls], tmp_path: Path, service: str
) -> None:
    urls = database_for(service)
    asyncio.run(_park(urls.runtime, "private words"))

    assert _parked(urls, tmp_path, service, "replay", "all") == "1 of 1\n"
    assert len(_waiting(urls)) == 1
