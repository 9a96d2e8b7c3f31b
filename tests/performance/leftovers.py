"""What a run leaves behind: queues and outboxes run empty, and nothing was set aside."""

import asyncio
import time

from tests.performance.report import Figure, Section
from tests.performance.system import System

SERVICES = ("conversations", "sms", "scheduler", "export", "gateway")
LIMIT_SECONDS = 120.0
_UNSENT = "SELECT count(*) FROM outgoing_text WHERE state IN ('queued', 'sending', 'sent')"


async def measure(system: System) -> list[Section]:
    """How long everybody takes to catch up after the last part, and what could not be handled."""
    caught_up = await settled(system)
    parked = sum(
        int(system.query(service, "SELECT count(*) FROM parked")[0][0]) for service in SERVICES
    )
    return [
        Section(
            "Left behind",
            [
                Figure("everybody has caught up after", caught_up, "s"),
                Figure("parked", parked, "", wanted=0, at_most=True),
            ],
        )
    ]


async def settled(system: System) -> float:
    """Wait until nothing is under way; the seconds that it took, `nan` if it did not happen."""
    began = time.perf_counter()
    while await asyncio.to_thread(_waiting, system):
        if time.perf_counter() - began > LIMIT_SECONDS:
            return float("nan")
        await asyncio.sleep(0.25)
    return time.perf_counter() - began


def _waiting(system: System) -> int:
    in_outboxes = sum(
        int(system.query(service, "SELECT count(*) FROM outbox")[0][0]) for service in SERVICES
    )
    unsent = int(system.query("sms", _UNSENT)[0][0])
    return in_outboxes + unsent + sum(system.stack.queue_depths().values())
