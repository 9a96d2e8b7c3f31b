"""Components that do one round of a use case again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from clientcomm_contracts.faults import Unavailable
from clientcomm_sms.domain.carrier import CarrierAway

log = structlog.get_logger()


class Rounds:
    """`work` every so many seconds; at once again while it says that there is more."""

    def __init__(self, name: str, work: Callable[[], Awaitable[bool]], *, every: float) -> None:
        self.name = name
        self._work = work
        self._every = every
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End in the middle of a round if need be; a round can always be done again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def is_ready(self) -> bool:
        """Whether it goes on."""
        return self._task is not None and not self._task.done()

    async def _run(self) -> None:
        while True:
            has_more = False
            try:
                has_more = await self._work()
            except (Unavailable, CarrierAway) as fault:
                log.warning("round_waits", round=self.name, reason=type(fault).__name__)
            except Exception:  # the loop outlives any fault of one round
                log.exception("round_failed", round=self.name)
            await asyncio.sleep(0.0 if has_more else self._every)
