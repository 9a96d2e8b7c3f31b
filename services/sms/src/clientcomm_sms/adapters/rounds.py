"""Components that do one round of a use case again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_sms.domain.carrier import CarrierAway

log = structlog.get_logger()


class Rounds(OneTask):
    """`work` every so many seconds; at once again while it says that there is more."""

    def __init__(self, name: str, work: Callable[[], Awaitable[bool]], *, every: float) -> None:
        super().__init__(name)
        self._work = work
        self._every = every

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
