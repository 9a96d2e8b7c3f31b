"""`python -m clientcomm_conversations serve | migrate | parked …`."""

import sys
from collections.abc import Sequence

from clientcomm_chassis import (
    ServiceSettings,
    configure_logging,
    main,
    parked_commands,
    run_process,
)
from clientcomm_conversations.wiring import MIGRATIONS, SERVICE, components, database_of
from clientcomm_persistence import ParkingTable, migrate


async def serve(_arguments: Sequence[str]) -> None:
    """Serve until told to stop."""
    settings = ServiceSettings()
    configure_logging(SERVICE, "serve")
    await run_process(
        service=SERVICE, role="serve", components=components(settings), settings=settings
    )


def migrate_tables(_arguments: Sequence[str]) -> int:
    """Bring the tables to their newest form, as their owner."""
    settings = ServiceSettings()
    configure_logging(SERVICE, "migrate")
    if settings.owner_database_url is None:
        sys.stderr.write("CLIENTCOMM_OWNER_DATABASE_URL is not set\n")
        return 2
    migrate(settings.owner_database_url.get_secret_value(), MIGRATIONS)
    return 0


def parking() -> ParkingTable:
    """Where what could not be handled lies."""
    return ParkingTable(database_of(ServiceSettings()))


if __name__ == "__main__":
    sys.exit(
        main(
            {
                "serve": serve,
                "migrate": migrate_tables,
                "parked": parked_commands(parking),
            }
        )
    )
