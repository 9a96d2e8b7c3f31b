"""From outside: where and when processes of the stack die or freeze, and how they are broken."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clientcomm_local.probing import is_ready
from clientcomm_testkit.stacks import RunningStack

_INJECTED = Path(__file__).parent / "injected"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class AtPoint:
    """The nth arrival at a failpoint of a process, a role or a service."""

    who: str
    point: str
    action: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.action} {self.who} {self.point} #{self.nth}"


class Injection:
    """The folder that every process of a stack looks into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the stack is started with."""
        return {"CLIENTCOMM_CHAOS_DIR": str(self._folder), "PYTHONPATH": f"{_INJECTED}:{_ROOT}"}

    def order(self, where: AtPoint) -> None:
        """Set a failpoint; it strikes once."""
        fresh = self._folder / f"{where.who}.new"
        fresh.write_text(
            json.dumps({"point": where.point, "action": where.action, "nth": where.nth})
        )
        (self._folder / f"{where.who}.struck").unlink(missing_ok=True)
        fresh.replace(self._folder / f"{where.who}.order")

    def has_struck(self, where: AtPoint) -> bool:
        """Whether the failpoint was reached."""
        return (self._folder / f"{where.who}.struck").exists()

    def withdraw(self, where: AtPoint) -> None:
        """Nobody strikes any more."""
        (self._folder / f"{where.who}.order").unlink(missing_ok=True)

    def thaw(self, where: AtPoint) -> None:
        """Let a frozen process go on, if it still is one."""
        mark = self._folder / f"{where.who}.struck"
        if mark.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(json.loads(mark.read_text())["pid"], signal.SIGCONT)

    def break_as(self, variant: str | None) -> None:
        """Processes that start from now on are broken in this way, or whole again."""
        path = self._folder / "variant"
        if variant is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(variant)


def restart(stack: RunningStack, *roles: str, seconds: float = 60.0) -> None:
    """Kill all processes of these roles and wait until their successors are ready."""
    old = {name: pid for name, pid in stack.processes().items() if name.rpartition("-")[0] in roles}
    for name in old:
        stack.signal(name, signal.SIGKILL)
    for _ in until(time.monotonic() + seconds):
        now = stack.processes()
        if all(now.get(name, pid) != pid and _is_ready(stack, name) for name, pid in old.items()):
            return
    raise AssertionError(f"not started again: {sorted(old)}")


def _is_ready(stack: RunningStack, name: str) -> bool:
    ports = json.loads((stack.state_dir / "ports.json").read_text())
    return is_ready(f"http://127.0.0.1:{ports[name]}/health/ready")


def until(deadline: float, *, pause: float = 0.1) -> Iterator[None]:
    """Look again and again until the deadline."""
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
