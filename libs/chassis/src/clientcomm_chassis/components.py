"""The parts of a process: each can be started, stopped and asked whether it is ready."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

log = structlog.get_logger()


class Component(Protocol):
    """A part of a process with a life of its own."""

    @property
    def name(self) -> str:
        """What logs and the readiness answer call it."""
        ...

    async def start(self) -> None:
        """Begin; what cannot begin raises, and the process ends."""
        ...

    async def stop(self) -> None:
        """Finish what is under way, then end."""
        ...

    def is_ready(self) -> bool:
        """Whether it can do its work now."""
        ...


class OneTask(ABC):
    """A component that is one task, cancelled in the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, beside everything else."""
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End, in the middle of a round if need be: every round can be done again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def is_ready(self) -> bool:
        """Whether the task goes on."""
        return self._task is not None and not self._task.done()

    @abstractmethod
    async def _run(self) -> None:
        """What it does."""


class Background(OneTask):
    """A loop as a component: when it fails it is logged by type and begun again after a pause."""

    def __init__(
        self, name: str, run: Callable[[], Awaitable[None]], *, restart_after: float = 1.0
    ) -> None:
        super().__init__(name)
        self._work = run
        self._restart_after = restart_after

    async def _run(self) -> None:
        while True:
            try:
                await self._work()
            except Exception:  # a loop outlives any fault of one round
                log.exception("background_failed", component=self.name)
            await asyncio.sleep(self._restart_after)
