"""Runs as a table for people and as JSON for programs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.resilience.running import Run

HEADER = (
    f"{'run':<42} {'processes':>9} {'accepted':>8} {'repeats':>7} {'inbound':>7} "
    f"{'delivered':>9} {'unknown':>7} {'seconds':>7}  verdict"
)


def row(done: Run, replicas: int) -> str:
    """One run as a line, with what was broken below it."""
    seen = done.outcome.evidence
    line = (
        f"{done.trouble.name:<42} {replicas:>9} {len(done.record.promises):>8} "
        f"{done.record.repeats:>7} {len(seen.received):>7} {done.count('delivered'):>9} "
        f"{done.count('unknown'):>7} {done.seconds:>7.1f}  {verdict(done)}"
    )
    below = [f"    {violation}" for violation in done.violations]
    return "\n".join([line, *below, *(f"    not reached: {point}" for point in done.missed)])


def verdict(done: Run) -> str:
    """Whether all promises were kept, and whether the trouble really came."""
    if done.violations:
        return f"{len(done.violations)} broken"
    return "kept" if done.has_struck else "kept (no fault struck)"


def facts(done: Run, replicas: int) -> dict[str, Any]:
    """One run for programs."""
    seen = done.outcome.evidence
    return {
        "name": done.trouble.name,
        "label": done.record.label,
        "replicas": replicas,
        "seconds": round(done.seconds, 1),
        "settled_after": round(done.outcome.seconds, 1),
        "accepted": len(done.record.promises),
        "requests": done.record.requests,
        "repeated_requests": done.record.repeats,
        "at_the_carrier": len(seen.sent),
        "inbound": len(seen.received),
        "delivered": done.count("delivered"),
        "unknown": done.count("unknown"),
        "knobs_struck": dict(done.record.knobs_struck),
        "points_struck": [str(point) for point in done.struck],
        "points_missed": [str(point) for point in done.missed],
        "violations": [str(violation) for violation in done.violations],
    }


@dataclass
class Report:
    """Everything that a whole matrix came to."""

    seed: int
    runs: list[tuple[Run, int]] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    overlooked: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Every promise kept, nobody named, every broken variant noticed."""
        broken = any(done.violations for done, _ in self.runs)
        return not (broken or self.traces or self.overlooked)

    def write(self, path: Path, *, seconds: float) -> None:
        """The whole report for programs."""
        content = {
            "seed": self.seed,
            "seconds": round(seconds),
            "is_good": self.is_good,
            "runs": [facts(done, replicas) for done, replicas in self.runs],
            "not_run": self.not_run,
            "log_lines_that_name_somebody": self.traces,
            "broken_variants_overlooked": self.overlooked,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n")

    def closing(self) -> str:
        """What it all comes to, in words."""
        texts = sum(len(done.outcome.evidence.sent) for done, _ in self.runs)
        figures = (
            f"{len(self.runs)} runs",
            f"{texts:,} texts at the carrier",
            f"{sum(len(done.violations) for done, _ in self.runs)} promises broken",
            f"{sum(done.count('unknown') for done, _ in self.runs)} texts ended as unknown",
            f"{len(self.traces)} lines of logs name somebody",
        )
        lines = ["", f"{', '.join(figures)}."]
        if self.not_run:
            lines.append(f"No time was left for {len(self.not_run)}: {'; '.join(self.not_run)}.")
        return "\n".join(lines)
