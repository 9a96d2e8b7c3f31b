"""`make bench`: figures of this machine, ours beside its raw limits, as a table and as JSON."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.performance import burst, caseload, crowd, leftovers, pages, raw_limits, single
from tests.performance.machine import memory_of_services
from tests.performance.report import Figure, Section, table, write_json
from tests.performance.system import System, running_system

CLIENTS = 20_000
MESSAGES = 300_000
OF_ONE = 6_000
REPORT = Path("build/bench.json")


async def _raw(system: System) -> list[Section]:
    figures = await raw_limits.measure(
        database_url=system.stack.owner_url("export"),
        amqp_url=system.stack.demo["amqp_url"],
        simulator_url=system.stack.simulator_url,
        account=system.account,
    )
    return [Section("Raw limits of this machine", figures)]


async def _memory(system: System) -> list[Section]:
    held = memory_of_services(system.stack)
    figures = [Figure(name, size, "MB") for name, size in sorted(held.items())]
    total = Figure("all services together", sum(held.values()), "MB", wanted=900, at_most=True)
    return [Section("Memory (PSS)", [*figures, total])]


PARTS: Mapping[str, Callable[[System], Coroutine[Any, Any, list[Section]]]] = {
    "raw": _raw,
    "pages": pages.measure,
    "steady": single.measure_steady,
    "burst": burst.measure,
    "memory": _memory,
    "accepting": single.measure_accepting,
    "webhooks": single.measure_webhooks,
    "leftovers": leftovers.measure,
}


# On stacks of its own.
CASELOAD = "caseload"


async def _measured(system: System, name: str) -> list[Section]:
    """A part by itself: the last one's texts have arrived before the next begins."""
    if name != "leftovers":
        await leftovers.settled(system)
    return await PARTS[name](system)


def _usual(parts: Sequence[str], *, clients: int, messages: int, in_crowd: bool) -> list[Section]:
    """Parts that follow each other on one stack; for a burst one case manager has thousands."""
    with running_system() as system:
        if in_crowd:
            crowd.gather(system, clients=clients, messages=messages)
            system.seed_bulk(clients=OF_ONE, messages=OF_ONE)
        else:
            system.seed_bulk(clients=clients, messages=messages)
        return [one for name in parts for one in _shown(asyncio.run(_measured(system, name)))]


def _shown(sections: list[Section]) -> list[Section]:
    sys.stdout.write(table(sections) + "\n")
    sys.stdout.flush()
    return sections


def main() -> int:
    """Runs the wanted parts against a stack of its own; exit status 0 if nothing is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[[], *PARTS, CASELOAD], help="which parts; all if none"
    )
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument(
        "--crowd", action="store_true", help="of case managers with 300 clients each"
    )
    chosen = parser.parse_args()
    began = time.perf_counter()
    parts = chosen.parts or [*PARTS, CASELOAD]
    sections: list[Section] = []
    if usual := [name for name in parts if name in PARTS]:
        sections += _usual(
            usual, clients=chosen.clients, messages=chosen.messages, in_crowd=chosen.crowd
        )
    if CASELOAD in parts:
        sections += _shown(asyncio.run(caseload.measure()))
    write_json(sections, REPORT)
    missed = [
        figure.name
        for section in sections
        for figure in section.figures
        if figure.verdict == "missed"
    ]
    sys.stdout.write(f"\nTook {time.perf_counter() - began:.0f} s; written to {REPORT}.\n")
    if missed:
        sys.stdout.write(f"Missed: {'; '.join(missed)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
