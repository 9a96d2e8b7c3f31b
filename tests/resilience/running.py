"""One run: people, trouble, then quiet, then the question whether every promise was kept."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.resilience.callers import Phones
from tests.resilience.faults import Trouble, strike_at_moments, thaw_when_struck
from tests.resilience.injection import AtPoint, Injection
from tests.resilience.invariants import Violation
from tests.resilience.record import Record
from tests.resilience.settling import Outcome, settle
from tests.resilience.workload import Workload
from tests.resilience.world import World

_STRIKES_WITHIN = 45.0
_ONCE_MORE_EVERY = 1.0
_ON_THE_WAY = 1.5
"""Seconds for what was accepted last to reach a carrier that still misbehaves."""
_PROBED = frozenset({"blocked", None})


@dataclass(frozen=True)
class Run:
    """What came out of one run."""

    trouble: Trouble
    record: Record
    outcome: Outcome
    struck: Sequence[AtPoint]
    seconds: float

    @property
    def missed(self) -> Sequence[AtPoint]:
        """Failpoints that nobody reached."""
        return [point for point in self.trouble.points if point not in self.struck]

    @property
    def has_struck(self) -> bool:
        """Whether anything went wrong that was meant to."""
        is_meant = bool(self.trouble.knobs or self.trouble.points)
        has_come = bool(self.struck or any(self.record.knobs_struck.values()))
        return has_come or not is_meant

    @property
    def violations(self) -> Sequence[Violation]:
        return self.outcome.violations

    def count(self, state: str) -> int:
        """Outbound messages in this state at the end."""
        return sum(message["state"] == state for message in self.outcome.evidence.outbound)


def run(
    world: World,
    trouble: Trouble,
    *,
    settle_within: float = 90.0,
    until_broken: bool = False,
) -> Run:
    """One run from the arrival of its people to the verdict, or to the first promise broken."""
    began = time.monotonic()
    world.clock.to_office_hours()
    workload = Workload(world, world.label_for(trouble.name), trouble.load)
    record = asyncio.run(_live_through(world, trouble, workload))
    struck = [point for point in trouble.points if world.injection.has_struck(point)]
    outcome = settle(
        world.stack, record, world.clock, seconds=settle_within, until_broken=until_broken
    )
    if not outcome.violations and record.opted_out:
        asyncio.run(_probe(workload))
        outcome = settle(world.stack, record, world.clock, seconds=settle_within)
    return Run(trouble, record, outcome, struck, time.monotonic() - began)


async def _live_through(world: World, trouble: Trouble, workload: Workload) -> Record:
    injection = world.injection
    workload.record.may_be_late = trouble.may_be_late
    await workload.people_arrive()
    chance = random.Random(f"{world.seed}:{workload.label}:moments")
    async with Phones(world.stack.simulator_url) as phones:
        if trouble.knobs:
            await phones.misbehave(world.seed, dict(trouble.knobs))
        for point in trouble.points:
            injection.order(point)
        over = asyncio.Event()
        within = workload.load.seconds
        await asyncio.gather(
            _work_until_struck(phones, trouble, injection, workload, over),
            strike_at_moments(world.stack, trouble, chance, within=within),
            thaw_when_struck(injection, trouble, over),
        )
        workload.record.knobs_struck = await phones.struck()
        await phones.behave()
        await asyncio.sleep(trouble.lingers)
    return workload.record


async def _work_until_struck(
    phones: Phones,
    trouble: Trouble,
    injection: Injection,
    workload: Workload,
    over: asyncio.Event,
) -> None:
    try:
        await workload.go()
        if trouble.knobs:
            await asyncio.sleep(_ON_THE_WAY)
        await _go_on_until_struck(phones, trouble, injection, workload)
    finally:
        for point in trouble.points:
            injection.withdraw(point)
        over.set()


async def _go_on_until_struck(
    phones: Phones, trouble: Trouble, injection: Injection, workload: Workload
) -> None:
    """What is reached late still counts; where all came in few batches, there is more to do."""
    awaited = {
        knob: setting["count"]
        for knob, setting in trouble.knobs.items()
        if isinstance(setting, dict) and set(setting) == {"count"}
    }
    deadline = time.monotonic() + _STRIKES_WITHIN
    while time.monotonic() < deadline:
        struck = await phones.struck()
        if all(injection.has_struck(point) for point in trouble.points) and all(
            struck.get(knob, 0) >= count for knob, count in awaited.items()
        ):
            return
        await workload.go_on()
        await asyncio.sleep(_ONCE_MORE_EVERY)


async def _probe(workload: Workload) -> None:
    """A text to who opted out must not leave (rule 3.7)."""
    for answer in await workload.send_to_opted_out():
        if answer.get("code") != "opted_out" and answer.get("state") not in _PROBED:
            workload.record.faults.append("a text to an opted-out phone was accepted")
