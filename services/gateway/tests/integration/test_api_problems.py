"""What the API says of what it cannot do."""

import re
from typing import Any

import httpx2
import pytest
from services.gateway.tests.browsing import House, a_house
from services.gateway.tests.scenes import a_scene
from services.gateway.tests.world import World

from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"body": 7}', "application/json", 422),
        (b'{"body": "x", "colour": "red"}', "application/json", 422),
        (b'{"body": "a\\u0000b"}', "application/json", 422),
        (b'{"body": "\\ud800"}', "application/json", 422),
        (b'{"body": "' + b"x" * 1601 + b'"}', "application/json", 422),
        (b'{"body": NaN}', "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"body": "x", "to_number_id": 1e400}', "application/json", 422),
        (b"body=x", "application/x-www-form-urlencoded", 422),
        (b"x" * 300_000, "application/json", 413),
    ],
)
async def test_what_is_no_message_is_refused_without_an_echo(
    house: House, content: bytes, kind: str, status: int
) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        answer = await api.post(
            f"/conversations/{scene.talk.row.id}/messages",
            content=content,
            headers={"Idempotency-Key": "k", "Content-Type": kind},
        )

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"]
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_unknown_addresses_and_methods_are_problems_too(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        answers = [
            await api.get("/nothing"),
            await api.put("/me"),
            await api.get("/conversations/not-an-id"),
            await api.post("/conversations/"),
        ]

    assert [one.status_code for one in answers] == [404, 405, 422, 404]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        _is_problem(answer)


async def test_while_the_broker_is_away_the_api_says_when_to_come_back(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        house.owners.away = True
        answer = await api.get("/me")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    _is_problem(answer)


async def test_too_many_calls_are_told_to_wait(
    world: World, database_urls: DatabaseUrls, tmp_path: Any
) -> None:
    limits = {"api_requests_per_second": 0.001, "api_burst": 3}
    async with a_house(database_urls.runtime, world, tmp_path, **limits) as house:
        scene = await a_scene(house)
        async with await house.api(scene.manager) as api:
            answers = [await api.get("/me") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    _is_problem(answers[-1])


def _is_problem(answer: httpx2.Response) -> None:
    found = answer.json()
    assert found["status"] == answer.status_code
    assert found["title"]
    assert found["detail"]
    assert re.fullmatch(r"[a-z_]+", found["code"])
