"""After the faults: let time pass until all is done, or until nothing moves any more."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from tests.resilience.clock import TestClock
from tests.resilience.evidence import Evidence, gather
from tests.resilience.invariants import Violation, violations
from tests.resilience.record import Record

from clientcomm_local.console import ConsoleError
from clientcomm_testkit.stacks import RunningStack

_STEP = 130.0
_STILL = 20.0
_STILL_BROKEN = 4.0


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    violations: Sequence[Violation]
    evidence: Evidence
    seconds: float


def settle(
    stack: RunningStack,
    record: Record,
    clock: TestClock,
    *,
    seconds: float,
    until_broken: bool = False,
) -> Outcome:
    """Look until every promise is kept, or nothing is under way and nothing changes for a while.

    `until_broken`: or until one is broken for good.
    """
    began = changed = advanced = time.monotonic()
    before: list[Violation] = []
    still = _STILL_BROKEN if until_broken else _STILL
    while True:
        seen = _look(stack, record, until=began + seconds)
        broken = violations(record, seen)
        now = time.monotonic()
        if not broken or now - began > seconds:
            return Outcome(broken, seen, now - began)
        if until_broken and any(not violation.heals for violation in broken):
            return Outcome(broken, seen, now - began)
        if broken != before:
            before, changed = broken, now
        is_idle = not any(v.invariant == "nothing left" for v in broken)
        if is_idle and now - changed > still:
            return Outcome(broken, seen, now - began)
        if _waits_for_time(seen) and now - advanced > 1.5:
            clock.advance(_STEP)
            advanced = now
        time.sleep(0.3)


def _waits_for_time(seen: Evidence) -> bool:
    """Texts that only a question to the carrier settles, and what is due later."""
    open_texts = any(
        text["state"] in {"sent", "held"}
        or (text["state"] == "unknown" and text["error_code"] != "no_match")
        for text in seen.outgoing
    )
    missing = len(seen.inbound) < len(seen.received)
    return open_texts or missing or any(o["state"] == "scheduled" for o in seen.occurrences)


def _look(stack: RunningStack, record: Record, *, until: float) -> Evidence:
    while True:
        try:
            return gather(stack, record)
        except (psycopg.Error, OSError, AssertionError, ConsoleError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
