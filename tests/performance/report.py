"""Figures as a table for people and as JSON for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure, beside what was wanted; `at_most` turns the comparison round."""

    name: str
    value: float
    unit: str
    wanted: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        if self.wanted is None:
            return ""
        if math.isnan(self.value):
            return "not measured"
        is_met = self.value <= self.wanted if self.at_most else self.value >= self.wanted
        return "met" if is_met else "missed"


@dataclass(frozen=True)
class Section:
    """Figures that belong together."""

    title: str
    figures: Sequence[Figure]


def table(sections: Sequence[Section]) -> str:
    """All sections as text, one row for each figure."""
    lines: list[str] = []
    for section in sections:
        lines += ["", section.title, "-" * len(section.title)]
        for figure in section.figures:
            wanted = ""
            if figure.wanted is not None:
                sign = "≤" if figure.at_most else "≥"
                wanted = f"{sign} {figure.wanted:g} {figure.unit}"
            lines.append(
                f"{figure.name:<58} {figure.value:>10,.1f} {figure.unit:<5} {wanted:<14} "
                f"{figure.verdict}".rstrip()
            )
    return "\n".join(lines)


def write_json(sections: Sequence[Section], path: Path) -> None:
    """The same for programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        section.title: [asdict(figure) | {"verdict": figure.verdict} for figure in section.figures]
        for section in sections
    }
    path.write_text(json.dumps(content, indent=1))
