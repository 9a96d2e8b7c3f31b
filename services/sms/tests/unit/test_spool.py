import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from services.sms.tests.factories import NOON

from clientcomm_sms.adapters.webhooks.requests import Kind, StoredRequest
from clientcomm_sms.adapters.webhooks.spool import Spool


def a_request(key: str = "SM1") -> StoredRequest:
    return StoredRequest(Kind.STATUS, key, UUID(int=7), b"Body=%F0\xff", NOON)


class Memory:
    def __init__(self) -> None:
        self.stored: list[StoredRequest] = []
        self.is_away = False

    async def __call__(self, requests: Sequence[StoredRequest]) -> None:
        if self.is_away:
            raise ConnectionError
        self.stored += requests


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path, "webhooks-1")
    made.open()
    return made


async def test_what_is_written_comes_back_whole_and_once(spool: Spool) -> None:
    memory = Memory()
    spool.write([a_request("a"), a_request("b")])
    spool.write([a_request("c")])

    assert await spool.drain(memory) == 3
    assert await spool.drain(memory) == 0

    assert memory.stored == [a_request("a"), a_request("b"), a_request("c")]


async def test_a_spool_that_cannot_be_stored_stays(spool: Spool) -> None:
    memory = Memory()
    memory.is_away = True
    spool.write([a_request()])

    with pytest.raises(ConnectionError):
        await spool.drain(memory)
    memory.is_away = False

    assert await spool.drain(memory) == 1


async def test_a_torn_record_at_the_end_hides_nothing_before_it(
    spool: Spool, tmp_path: Path
) -> None:
    spool.write([a_request("whole"), a_request("torn")])
    _tear_off(tmp_path, 3)
    memory = Memory()

    await spool.drain(memory)

    assert [request.key for request in memory.stored] == ["whole"]


def _tear_off(folder: Path, count: int) -> None:
    (path,) = folder.rglob("*.spool")
    path.write_bytes(path.read_bytes()[:-count])


async def test_two_processes_of_one_name_do_not_share_a_directory(
    spool: Spool, tmp_path: Path
) -> None:
    other = Spool(tmp_path, "webhooks-1")
    other.open()
    other.write([a_request("other")])
    memory = Memory()

    assert await spool.drain(memory) == 0
    other.close()
    assert await spool.drain(memory) == 1


def _write_and_die(folder: Path) -> None:
    spool = Spool(folder, "webhooks-9")
    spool.open()
    spool.write([a_request("left behind")])


async def test_what_a_dead_process_left_is_drained_by_another(spool: Spool, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_write_and_die, args=(tmp_path,))
    process.start()
    process.join(30)
    memory = Memory()

    await spool.drain(memory)

    assert [request.key for request in memory.stored] == ["left behind"]


async def test_writing_goes_on_while_draining(spool: Spool) -> None:
    memory = Memory()
    spool.write([a_request("before")])

    async def store(requests: Sequence[StoredRequest]) -> None:
        spool.write([a_request("meanwhile")])
        await memory(requests)

    await spool.drain(store)
    await spool.drain(memory)

    assert [request.key for request in memory.stored] == ["before", "meanwhile"]
