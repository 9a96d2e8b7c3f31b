"""`make chaos`: the whole matrix of faults against stacks of its own, driven by one seed."""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.resilience.faults import Trouble
from tests.resilience.matrix import ROLES, storms, troubles
from tests.resilience.report import HEADER, Report, row
from tests.resilience.running import run
from tests.resilience.variants import VARIANTS, noticed, run_broken
from tests.resilience.world import World, a_world

from clientcomm_testkit.log_privacy import people_of, traces

REPORT = Path("build/chaos.json")
_LONGEST = 150.0
"""Seconds that one run may take; none is begun that would go beyond the time given."""


def main() -> int:
    """Runs what fits into the time; exit status 0 if every promise was kept."""
    chosen = _arguments()
    began = time.monotonic()
    report = Report(chosen.seed)
    sys.stdout.write(f"Seed {chosen.seed}: repeat it with --seed {chosen.seed}\n\n{HEADER}\n")
    for turn, processes in enumerate(chosen.processes, start=1):
        until = began + 60 * chosen.minutes * turn / len(chosen.processes)
        is_last = turn == len(chosen.processes)
        folder = Path(tempfile.mkdtemp(prefix="clientcomm-chaos-"))
        folder.chmod(0o755)
        try:
            with a_world(folder, seed=chosen.seed, environment=_replicas(processes)) as world:
                _run_all(world, _plan(world, processes, chosen.only), report, until=until)
                report.traces += traces(world.stack.logs(), people_of(world.stack))
                if is_last and not chosen.only:
                    report.overlooked += _broken_variants(world)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    report.write(REPORT, seconds=time.monotonic() - began)
    sys.stdout.write(f"{report.closing()}\nWritten to {REPORT}.\n")
    return 0 if report.is_good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--minutes", type=float, default=25.0, help="time for everything")
    parser.add_argument("--only", nargs="*", default=[], help="words of the names of runs")
    parser.add_argument(
        "--processes", type=int, nargs="*", default=[1, 2], help="of each service, in turn"
    )
    return parser.parse_args()


def _replicas(count: int) -> dict[str, str]:
    return {f"CLIENTCOMM_REPLICAS_{role.upper().replace('-', '_')}": str(count) for role in ROLES}


@dataclass(frozen=True)
class Planned:
    """A run to come; one that is not wanted is done only while there is time."""

    trouble: Trouble
    processes: int
    is_wanted: bool = True


def _plan(world: World, processes: int, only: Sequence[str]) -> Iterator[Planned]:
    """The matrix, each run once; then, while there is time, storms that chance makes up."""
    for trouble in troubles(with_each_knob=processes == 1):
        if not only or any(words in trouble.name for words in only):
            yield Planned(trouble, processes)
    if not only:
        for storm in storms(random.Random(f"{world.seed}:{processes}")):
            yield Planned(storm, processes, is_wanted=False)


def _run_all(world: World, plan: Iterator[Planned], report: Report, *, until: float) -> None:
    for planned in plan:
        if time.monotonic() + _LONGEST > until:
            if not planned.is_wanted:
                break
            report.not_run.append(f"{planned.trouble.name} ({planned.processes})")
            continue
        done = run(world, planned.trouble)
        report.runs.append((done, planned.processes))
        sys.stdout.write(row(done, planned.processes) + "\n")
        sys.stdout.flush()


def _broken_variants(world: World) -> list[str]:
    """Does the check notice what is broken on purpose? Those that it overlooks."""
    overlooked: list[str] = []
    for name in VARIANTS:
        signs = noticed(name, run_broken(world, name))
        sys.stdout.write(f"broken on purpose: {name:<30} {', '.join(signs) or 'OVERLOOKED'}\n")
        if not signs:
            overlooked.append(name)
    return overlooked


if __name__ == "__main__":
    sys.exit(main())
