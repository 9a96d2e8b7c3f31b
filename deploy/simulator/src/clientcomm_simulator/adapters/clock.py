"""What time the carrier believes it is, and its time line."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from clientcomm_simulator.domain.faults import Faults
from clientcomm_simulator.domain.messages import Timer

_LOOK_EVERY = 0.05
_log = logging.getLogger("clientcomm_simulator")


@dataclass(slots=True)
class CarrierClock:
    """The machine's time, moved by the test clock's file and by the fault of a skewed clock."""

    faults: Faults
    path: Path | None = None
    _offset: float = 0.0
    _looked_at: float = 0.0
    _changed_at: float = 0.0

    def now(self) -> float:
        if self.path is not None:
            self._look(self.path)
        return time.time() + self._offset + self.faults.clock_skew

    def _look(self, path: Path) -> None:
        moment = time.monotonic()
        if moment - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = moment
        try:
            changed_at = path.stat().st_mtime
            if changed_at != self._changed_at:
                content = orjson.loads(path.read_bytes())
                self._offset = float(content["offset_seconds"])
                self._changed_at = changed_at
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return  # no file means no offset; one that is being written is read next time


@dataclass(slots=True)
class LoopTimeline:
    """Implements application.ports.Timeline on the running event loop."""

    loop: asyncio.AbstractEventLoop
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self) -> float:
        return self.loop.time()

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        return self.loop.call_later(seconds, action)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        task = self.loop.create_task(_guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def stop(self) -> None:
        for task in self.tasks:
            task.cancel()


async def _guarded(work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001  one piece of work must not end the carrier
        _log.error("background_work_failed", extra={"error_type": type(error).__name__})
