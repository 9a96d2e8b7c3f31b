"""A stack of its own for resilience runs, with what its runs share."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.resilience.callers import Numbers
from tests.resilience.clock import TestClock
from tests.resilience.evidence import phones_known_to
from tests.resilience.injection import Injection

from clientcomm_testkit.stacks import RunningStack, start_stack

_MANAGERS = 3


@dataclass
class World:
    """The stack under test and what stays the same over several runs."""

    stack: RunningStack
    injection: Injection
    clock: TestClock
    numbers: Numbers
    seed: int
    _runs: Counter[str] = field(default_factory=Counter)

    def label_for(self, name: str) -> str:
        """What a run is called, and its chance is drawn by: the same whatever ran before it."""
        self._runs[name] += 1
        again = f"-{self._runs[name]}" if self._runs[name] > 1 else ""
        return f"{name}{again}".replace(" ", "-")

    @property
    def department(self) -> dict[str, str]:
        return dict(self.stack.demo["departments"][0])

    @property
    def tokens(self) -> list[str]:
        """API tokens of the first department's case managers."""
        return [
            account["token"]
            for account in self.stack.demo["accounts"]
            if account["roles"] == ["case_manager"]
            and account["department"] == self.department["name"]
        ][:_MANAGERS]


@contextmanager
def a_world(
    folder: Path, *, seed: int, environment: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Start a stack in this folder, and remove it at the end."""
    injection = Injection(folder / "orders")
    stack = start_stack(
        folder / "state", environment={**injection.environment, **(environment or {})}
    )
    try:
        clock = TestClock(stack, stack.demo["departments"][0]["time_zone"])
        yield World(stack, injection, clock, Numbers(seed, taken=phones_known_to(stack)), seed)
    finally:
        stack.remove()
