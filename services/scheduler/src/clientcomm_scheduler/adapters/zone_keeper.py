"""Computes the instants of what waits anew when a release brings newer zone data (rule 4.2)."""

import asyncio
from collections.abc import Callable

import structlog

from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence import Database
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.application.settle import settle_zone_data
from clientcomm_scheduler.application.surroundings import Surroundings

log = structlog.get_logger()

_AWAY = 1.0


class ZoneKeeper(OneTask):
    """Works once, at the start: zone data only change with the installed package."""

    def __init__(self, database: Database, around: Callable[[], Surroundings]) -> None:
        super().__init__("zone data")
        self._database = database
        self._around = around

    def is_ready(self) -> bool:
        """Always: the timer works meanwhile."""
        return True

    async def catch_up(self) -> int:
        """Batch by batch until nothing is older; returns how many were looked at."""
        total = 0
        while count := await self._database.run(
            lambda transaction: settle_zone_data(ScheduleTables(transaction), self._around())
        ):
            total += count
        return total

    async def _run(self) -> None:
        while True:
            try:
                count = await self.catch_up()
            except Unavailable:
                await asyncio.sleep(_AWAY)
            except Exception:  # the boundary of the loop
                log.exception("zone_data_failed")
                await asyncio.sleep(_AWAY)
            else:
                if count:
                    log.info("zone_data_followed", occurrences=count)
                return
