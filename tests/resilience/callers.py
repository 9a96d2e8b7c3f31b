"""Who calls: an API client that asks again with the same key until it has an answer."""

import asyncio
import random
import time
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any, Self

import aiohttp

Json = dict[str, Any]

_PATIENCE = 60.0
_AGAIN = {429, 503}
_AREAS = [
    area
    for area in range(203, 990)
    if area % 100 != 11 and area // 10 % 10 != 9 and area not in (555, 710, 809)
]


class CallFailed(Exception):
    """No answer that can be worked with; says what came instead."""


class Caller:
    """A member of staff behind an API client; a context manager."""

    def __init__(self, gateway_url: str, token: str) -> None:
        self._session = aiohttp.ClientSession(
            gateway_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=aiohttp.ClientTimeout(total=10),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def post(self, path: str, body: Mapping[str, object], *, key: str) -> tuple[int, Json]:
        """Post until it is accepted or refused. Raises CallFailed for what no server should say."""
        deadline = time.monotonic() + _PATIENCE
        trouble = ""
        while time.monotonic() < deadline:
            try:
                async with self._session.post(
                    f"/api/v1{path}", json=body, headers={"Idempotency-Key": key}
                ) as answer:
                    if answer.status in _AGAIN:
                        trouble = str(answer.status)
                    elif answer.status >= 500:
                        raise CallFailed(f"POST {path.split('/')[1]}: {answer.status}")
                    else:
                        return answer.status, dict(await answer.json())
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                trouble = type(error).__name__
            await asyncio.sleep(0.3)
        raise CallFailed(f"POST {path.split('/')[1]}: {trouble} for {_PATIENCE:.0f} s")


class Phones:
    """The carrier simulator from the phones' side; a context manager."""

    def __init__(self, simulator_url: str) -> None:
        self._session = aiohttp.ClientSession(
            simulator_url, timeout=aiohttp.ClientTimeout(total=30)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def text(self, *, sender: str, to: str, body: str) -> None:
        """A phone texts."""
        await self._post("/simulator/inbound", {"from": sender, "to": to, "body": body})

    async def call(self, *, sender: str, to: str) -> bool:
        """A phone calls; whether our webhook answered."""
        answer = await self._post("/simulator/call", {"from": sender, "to": to})
        return bool(answer["answer_status"] == HTTPStatus.OK)

    async def misbehave(self, seed: int, knobs: Mapping[str, object]) -> None:
        """Turn the simulator's knobs."""
        await self._send("PUT", "/simulator/faults", {"seed": seed, "faults": knobs})

    async def struck(self) -> dict[str, int]:
        """How often each knob struck since they were turned."""
        return dict((await self._send("GET", "/simulator/faults", None))["struck"])

    async def behave(self) -> None:
        """Turn all knobs back."""
        await self._send("DELETE", "/simulator/faults", None)

    async def _post(self, path: str, body: Json) -> Json:
        return await self._send("POST", path, body)

    async def _send(self, method: str, path: str, body: Json | None) -> Json:
        async with self._session.request(method, path, json=body) as answer:
            assert answer.ok, (path, answer.status)
            return dict(await answer.json()) if answer.content_type == "application/json" else {}


class Numbers:
    """Fictitious mobile numbers that nobody has yet, in an order that the seed gives."""

    def __init__(self, seed: int, *, taken: Collection[str] = ()) -> None:
        numbers = [f"+1{area}55501{n:02d}" for area in _AREAS for n in range(100)]
        random.Random(seed).shuffle(numbers)
        self._numbers = [number for number in numbers if number not in taken]
        self._given = 0

    @property
    def given(self) -> int:
        """How many were given out."""
        return self._given

    def next(self) -> str:
        self._given += 1
        return self._numbers[self._given - 1]
