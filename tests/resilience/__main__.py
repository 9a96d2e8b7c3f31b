"""`make chaos`: the whole matrix of faults against stacks of its own, driven by one seed."""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.resilience.faults import Trouble
from tests.resilience.matrix import ROLES, storms, troubles
from tests.resilience.report import HEADER, closing, facts, row, write_json
from tests.resilience.running import Run, run
from tests.resilience.world import World, a_world

from clientcomm_testkit.log_privacy import people_of, traces

REPORT = Path("build/chaos.json")
_LONGEST = 150.0
"""Seconds that one run may take; none is begun that would go beyond the time given."""


def main() -> int:
    """Runs what fits into the time; exit status 0 if every promise was kept."""
    chosen = _arguments()
    began = time.monotonic()
    sys.stdout.write(f"Seed {chosen.seed}: repeat it with --seed {chosen.seed}\n\n{HEADER}\n")
    done: list[tuple[Run, int]] = []
    not_run: list[str] = []
    found: list[str] = []
    for turn, replicas in enumerate(chosen.processes, start=1):
        until = began + 60 * chosen.minutes * turn / len(chosen.processes)
        folder = Path(tempfile.mkdtemp(prefix="clientcomm-chaos-"))
        folder.chmod(0o755)
        try:
            with a_world(folder, seed=chosen.seed, environment=_replicas(replicas)) as world:
                plan = _plan(world, replicas, chosen.only)
                done += _runs(world, plan, replicas, until=until, not_run=not_run)
                found += traces(world.stack.logs(), people_of(world.stack))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    runs = [one for one, _ in done]
    content = {
        "seed": chosen.seed,
        "seconds": round(time.monotonic() - began),
        "runs": [facts(one, replicas) for one, replicas in done],
        "not_run": not_run,
        "lines_that_name_somebody": found,
    }
    write_json(content, REPORT)
    sys.stdout.write(f"{closing(runs, not_run, found)}\nWritten to {REPORT}.\n")
    return 1 if found or any(one.violations for one in runs) else 0


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


def _plan(world: World, replicas: int, only: Sequence[str]) -> Iterator[tuple[Trouble, bool]]:
    """The matrix, each run once; then, while there is time, storms that chance makes up."""
    for trouble in troubles(with_each_knob=replicas == 1):
        if not only or any(words in trouble.name for words in only):
            yield trouble, True
    if not only:
        for storm in storms(random.Random(f"{world.seed}:{replicas}")):
            yield storm, False


def _runs(
    world: World,
    plan: Iterator[tuple[Trouble, bool]],
    replicas: int,
    *,
    until: float,
    not_run: list[str],
) -> list[tuple[Run, int]]:
    done: list[tuple[Run, int]] = []
    for trouble, is_wanted in plan:
        if time.monotonic() + _LONGEST > until:
            if not is_wanted:
                break
            not_run.append(f"{trouble.name} ({replicas})")
            continue
        one = run(world, trouble)
        done.append((one, replicas))
        sys.stdout.write(row(one, replicas) + "\n")
        sys.stdout.flush()
    return done


if __name__ == "__main__":
    sys.exit(main())
