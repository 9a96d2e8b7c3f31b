"""`python -m clientcomm_conversations serve | migrate | parked | set-up | seed-demo …`."""

import sys
from collections.abc import Sequence

from clientcomm_chassis import (
    ServiceSettings,
    clock_of,
    configure_logging,
    main,
    parked_commands,
    run_process,
)
from clientcomm_conversations.adapters import republishing, set_up_commands
from clientcomm_conversations.adapters.trial_text_command import send_test_text
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


async def set_up(arguments: Sequence[str]) -> int:
    """Make the organisation, a department, or a member of staff."""
    settings = ServiceSettings()
    database = database_of(settings)
    try:
        return await set_up_commands.set_up(arguments, database, clock_of(settings.clock_file))
    finally:
        await database.close()


async def test_text(arguments: Sequence[str]) -> int:
    """One text to a phone of one's own."""
    settings = ServiceSettings()
    database = database_of(settings)
    try:
        return await send_test_text(arguments, database, clock_of(settings.clock_file))
    finally:
        await database.close()


async def seed_demo(_arguments: Sequence[str]) -> int:
    """Fill an empty installation with a made-up organisation."""
    settings = ServiceSettings()
    database = database_of(settings)
    try:
        return await set_up_commands.load_demo(
            database, clock_of(settings.clock_file), settings.state_dir
        )
    finally:
        await database.close()


async def seed_bulk(arguments: Sequence[str]) -> int:
    """Put a large load into the tables, for measuring."""
    settings = ServiceSettings()
    database = database_of(settings, statement_timeout_ms=0)
    try:
        return await set_up_commands.load_bulk(arguments, database, clock_of(settings.clock_file))
    finally:
        await database.close()


async def republish(_arguments: Sequence[str]) -> int:
    """Tell export's journal everything once more."""
    database = database_of(ServiceSettings())
    try:
        sys.stdout.write(f"{await republishing.republish(database)}\n")
    finally:
        await database.close()
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
                "set-up": set_up,
                "test-text": test_text,
                "seed-demo": seed_demo,
                "seed-bulk": seed_bulk,
                "parked": parked_commands(parking),
                "republish": republish,
            }
        )
    )
