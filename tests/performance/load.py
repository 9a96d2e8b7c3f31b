"""Bounded load: a fixed number of calls by a fixed number of clients, or at a steady pace."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Call = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Load:
    """What a run of calls took; latencies in seconds, in the order of ending."""

    seconds: float
    latencies: Sequence[float]
    failures: int

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the calls kept."""
        return percentile(self.latencies, share) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


async def by_clients(call: Call, *, clients: int, calls: int) -> Load:
    """`calls` calls in all, by clients that each wait for an answer before the next call."""
    numbers = iter(range(calls))
    latencies: list[float] = []
    failures = 0

    async def client() -> None:
        nonlocal failures
        for number in numbers:
            began = time.perf_counter()
            try:
                await call(number)
            except AssertionError:
                failures += 1
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Load(time.perf_counter() - began, latencies, failures)


async def at_pace(call: Call, *, per_second: float, calls: int) -> Load:
    """`calls` calls begun at an even pace, whether or not earlier ones have ended."""
    latencies: list[float] = []
    failures = 0

    async def one(number: int) -> None:
        nonlocal failures
        began = time.perf_counter()
        try:
            await call(number)
        except AssertionError:
            failures += 1
        latencies.append(time.perf_counter() - began)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(calls):
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            group.create_task(one(number))
    return Load(time.perf_counter() - start, latencies, failures)
