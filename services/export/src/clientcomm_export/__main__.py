"""Commands of export: serve, migrate, parked, gaps."""

import sys
from collections.abc import Sequence

from clientcomm_chassis import (
    ServiceSettings,
    configure_logging,
    main,
    parked_commands,
    run_process,
)
from clientcomm_export.adapters.gaps import gaps_command
from clientcomm_export.wiring import MIGRATIONS, SERVICE, components_of, database_of
from clientcomm_persistence import Database, ParkingTable, migrate


async def serve(_arguments: Sequence[str]) -> int:
    settings = _settings("serve")
    await run_process(
        service=SERVICE, role="serve", components=components_of(settings), settings=settings
    )
    return 0


def migrate_database(_arguments: Sequence[str]) -> int:
    settings = _settings("migrate")
    if settings.owner_database_url is None:
        sys.stderr.write("CLIENTCOMM_OWNER_DATABASE_URL is not set\n")
        return 2
    migrate(settings.owner_database_url.get_secret_value(), MIGRATIONS)
    return 0


def open_parking() -> ParkingTable:
    return ParkingTable(database_of(_settings("parked")))


def open_database() -> Database:
    return database_of(_settings("gaps"))


def _settings(role: str) -> ServiceSettings:
    settings = ServiceSettings()
    configure_logging(SERVICE, role, settings.log_level)
    return settings


if __name__ == "__main__":
    sys.exit(
        main(
            {
                "serve": serve,
                "migrate": migrate_database,
                "parked": parked_commands(open_parking),
                "gaps": gaps_command(open_database),
            }
        )
    )
