"""Commands of scheduler: serve, migrate, parked."""

import sys
from collections.abc import Sequence
from functools import partial

from clientcomm_chassis import (
    ServiceSettings,
    configure_logging,
    main,
    parked_commands,
    run_process,
)
from clientcomm_persistence import ParkingTable, migrate_command
from clientcomm_scheduler.wiring import MIGRATIONS, SERVICE, components_of, database_of


async def serve(_arguments: Sequence[str]) -> int:
    settings = _settings("serve")
    await run_process(
        service=SERVICE, role="serve", components=components_of(settings), settings=settings
    )
    return 0


def open_parking() -> ParkingTable:
    return ParkingTable(database_of(_settings("parked")))


def _settings(role: str) -> ServiceSettings:
    settings = ServiceSettings()
    configure_logging(SERVICE, role, settings.log_level)
    return settings


if __name__ == "__main__":
    sys.exit(
        main(
            {
                "serve": serve,
                "migrate": migrate_command(partial(_settings, "migrate"), MIGRATIONS),
                "parked": parked_commands(open_parking),
            }
        )
    )
