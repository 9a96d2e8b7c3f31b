"""The faults: of the carrier, of each process at named points or at any moment, of the servers."""

import asyncio
import contextlib
import random
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psutil
from tests.resilience.injection import AtPoint, Injection
from tests.resilience.workload import Load

from clientcomm_testkit.stacks import RunningStack

_UNAWARE = 1.0
"""Seconds in which somebody may still freeze who has read an order before it was withdrawn."""


@dataclass(frozen=True)
class AtAnyMoment:
    """A process of a role, or a server, gets a signal some time during the run."""

    who: str
    action: str

    def __str__(self) -> str:
        return f"{self.action} {self.who} at any moment"


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in one run."""

    name: str
    knobs: Mapping[str, object] = field(default_factory=dict)
    points: Sequence[AtPoint] = ()
    moments: Sequence[AtAnyMoment] = ()
    load: Load = field(default_factory=Load)
    frozen_for: float = 6.0
    lingers: float = 0.0
    """Seconds that the carrier still takes to do what it was asked to."""

    @property
    def may_be_late(self) -> bool:
        """Whether the carrier may take a text long after the call began."""
        actions = {p.action for p in self.points} | {m.action for m in self.moments}
        return "stop" in actions or bool({"accept_late", "hang_before_accept"} & set(self.knobs))


async def strike_at_moments(
    stack: RunningStack, trouble: Trouble, chance: random.Random, *, within: float
) -> None:
    """Send the signals of a trouble, each at its moment; who is frozen goes on after a while."""
    plans = [(chance.uniform(0.2, within), one, chance.random()) for one in trouble.moments]
    await asyncio.gather(
        *(_strike(stack, one, moment, pick, trouble.frozen_for) for moment, one, pick in plans)
    )


async def _strike(
    stack: RunningStack, one: AtAnyMoment, moment: float, pick: float, frozen_for: float
) -> None:
    await asyncio.sleep(moment)
    number = signal.SIGKILL if one.action == "kill" else signal.SIGSTOP
    name, pid = await _signal_one_of(stack, one.who, pick, number)
    if number is signal.SIGSTOP:
        await asyncio.sleep(frozen_for)
        if stack.processes().get(name) == pid:
            with contextlib.suppress(psutil.NoSuchProcess):
                stack.signal(name, signal.SIGCONT)


async def _signal_one_of(
    stack: RunningStack, who: str, pick: float, number: signal.Signals
) -> tuple[str, int]:
    """Who was hit; one that another fault has just killed is waited for."""
    while True:
        pids = stack.processes()
        names = sorted(n for n in pids if who in {n, n.rpartition("-")[0]})
        name = names[int(pick * len(names))]
        try:
            stack.signal(name, number)
        except psutil.NoSuchProcess:
            await asyncio.sleep(0.1)
        else:
            return name, pids[name]


async def thaw_when_struck(injection: Injection, trouble: Trouble, over: asyncio.Event) -> None:
    """Who froze at a failpoint goes on after a while; `over`: nobody is frozen any more."""
    frozen = [one for one in trouble.points if one.action == "stop"]
    await asyncio.gather(*(_thaw(injection, one, trouble.frozen_for, over) for one in frozen))


async def _thaw(injection: Injection, one: AtPoint, frozen_for: float, over: asyncio.Event) -> None:
    while not injection.has_struck(one):
        if over.is_set():
            await asyncio.sleep(_UNAWARE)
            break
        await asyncio.sleep(0.1)
    if injection.has_struck(one):
        await asyncio.sleep(frozen_for)
        injection.thaw(one)
