"""One mass message to thousands of clients, until the last `delivered` is stored."""

import asyncio
import time
from uuid import uuid4

from tests.performance.machine import cpu_seconds, hops, used_between
from tests.performance.report import Figure, Section
from tests.performance.system import System

TEXTS = 5_000
LIMIT_SECONDS = 240.0


async def measure(system: System) -> list[Section]:
    """Rates of hand-over and of the whole life of a text; processor time per hop."""
    async with system.api() as api:
        chosen = await system.conversations(api, TEXTS)
        ids = [one["id"] for one in chosen]
        before = cpu_seconds(system.stack)
        began = time.perf_counter()
        answer = await api.post(
            "/api/v1/mass-messages",
            json={"conversation_ids": ids, "body": "The office is closed on Monday."},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status == 201, await answer.text()
        accepted = time.perf_counter() - began
        mass_message_id = (await answer.json())["id"]
        handed_over = await _until(system, mass_message_id, began, _HANDED_OVER, len(ids))
        delivered = await _until(system, mass_message_id, began, _DELIVERED, len(ids))
    used = used_between(before, cpu_seconds(system.stack))
    rates = Section(
        f"Burst of {len(ids):,} texts from one mass message",
        [
            Figure("accepted after", accepted * 1000, "ms"),
            Figure("handed over", len(ids) / handed_over, "/s", wanted=150),
            Figure("until the last delivered is stored", len(ids) / delivered, "/s", wanted=80),
        ],
    )
    return [rates, hops("text of the burst", used, len(ids))]


_HANDED_OVER = "state IN ('sent', 'delivered')"
_DELIVERED = "state = 'delivered'"


async def _until(
    system: System, mass_message_id: str, began: float, condition: str, count: int
) -> float:
    statement = f"SELECT count(*) FROM message WHERE mass_message_id = %s AND {condition}"
    while time.perf_counter() - began < LIMIT_SECONDS:
        (found,) = (
            await asyncio.to_thread(system.query, "conversations", statement, mass_message_id)
        )[0]
        if found >= count:
            return time.perf_counter() - began
        await asyncio.sleep(0.25)
    return float("nan")
