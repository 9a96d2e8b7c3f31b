"""Deliberately broken variants, and what the checker must say of each."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from tests.resilience.evidence import is_quiet
from tests.resilience.faults import Trouble
from tests.resilience.injection import AtPoint, restart, until
from tests.resilience.running import Run, run
from tests.resilience.workload import Load
from tests.resilience.world import World

_FEW = Load(seconds=1.0, people=4, texts=12, inbound=6, scheduled=0, mass=0, opt_outs=0, calls=2)
_CALLS = replace(_FEW, seconds=2.0, texts=0, inbound=0, strangers=0, calls=20)
_ANSWERS = replace(_FEW, seconds=2.0, texts=0, inbound=24, calls=0)
_BROKEN_ROLES = ("conversations", "sms-sender")
_QUIET_WITHIN = 20.0


@dataclass(frozen=True)
class Variant:
    """What is broken, which fault brings it to light, and as what."""

    trouble: Trouble
    noticed_as: frozenset[str]


# In this order: what the last one leaves under way would meet the faults of the others.
VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        # Calls, because nothing but the inbox guards what a second one would do.
        "no_inbox": Variant(
            Trouble(
                "broken: no inbox",
                load=_CALLS,
                points=[
                    AtPoint("sms", "after_confirm", "kill", 2),
                    AtPoint("conversations", "after_commit", "kill"),
                ],
            ),
            frozenset({"handled once"}),
        ),
        "blind_retry": Variant(
            Trouble("broken: blind retry", {"error_after_accept": {"count": 2}}, load=_FEW),
            frozenset({"nothing twice"}),
        ),
        # Answers, because a lost report of a state is made good by the next one.
        "acknowledged_before_commit": Variant(
            Trouble(
                "broken: acknowledged before commit",
                load=_ANSWERS,
                points=[AtPoint("conversations", "after_commit", "kill", 2)],
            ),
            frozenset({"nothing lost", "inbound once"}),
        ),
        "attempt_not_committed_first": Variant(
            Trouble(
                "broken: attempt not committed first",
                load=_FEW,
                points=[AtPoint("sms-sender", "after_carrier_call", "kill", 2)],
            ),
            frozenset({"nothing twice"}),
        ),
    }
)


def run_broken(world: World, name: str) -> Run:
    """One run of a broken variant; what it leaves behind in the stack stays broken."""
    world.injection.break_as(name)
    restart(world.stack, *_BROKEN_ROLES)
    # Else a fault would strike what the variant before has left, instead of this one's load.
    for _ in until(time.monotonic() + _QUIET_WITHIN):
        if is_quiet(world.stack):
            break
    variant = VARIANTS[name]
    return run(world, variant.trouble, settle_within=30, until_broken=True)


def noticed(name: str, done: Run) -> Sequence[str]:
    """What the checker said that only this breakage explains."""
    found = {violation.invariant for violation in done.violations}
    return sorted(found & VARIANTS[name].noticed_as)
