"""`python -m clientcomm_conversations serve | migrate | parked | set-up | seed-demo …`."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

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
from clientcomm_persistence import Database, ParkingTable, migrate_command


async def serve(_arguments: Sequence[str]) -> None:
    """Serve until told to stop."""
    settings = _settings("serve")
    await run_process(
        service=SERVICE, role="serve", components=components(settings), settings=settings
    )


async def set_up(arguments: Sequence[str]) -> int:
    """Make the organisation, a department, or a member of staff."""
    settings = ServiceSettings()
    async with _opened(database_of(settings)) as database:
        return await set_up_commands.set_up(arguments, database, clock_of(settings.clock_file))


async def test_text(arguments: Sequence[str]) -> int:
    """One text to a phone of one's own."""
    settings = ServiceSettings()
    async with _opened(database_of(settings)) as database:
        return await send_test_text(arguments, database, clock_of(settings.clock_file))


async def seed_demo(_arguments: Sequence[str]) -> int:
    """Fill an empty installation with a made-up organisation."""
    settings = ServiceSettings()
    async with _opened(database_of(settings)) as database:
        clock = clock_of(settings.clock_file)
        return await set_up_commands.load_demo(database, clock, settings.state_dir)


async def seed_bulk(arguments: Sequence[str]) -> int:
    """Put a large load into the tables, for measuring."""
    settings = ServiceSettings()
    async with _opened(database_of(settings, statement_timeout_ms=0)) as database:
        return await set_up_commands.load_bulk(arguments, database, clock_of(settings.clock_file))


async def republish(_arguments: Sequence[str]) -> int:
    """Tell export's journal everything once more."""
    async with _opened(database_of(ServiceSettings())) as database:
        sys.stdout.write(f"{await republishing.republish(database)}\n")
    return 0


def parking() -> ParkingTable:
    """Where what could not be handled lies."""
    return ParkingTable(database_of(ServiceSettings()))


@asynccontextmanager
async def _opened(database: Database) -> AsyncIterator[Database]:
    try:
        yield database
    finally:
        await database.close()


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
                "set-up": set_up,
                "test-text": test_text,
                "seed-demo": seed_demo,
                "seed-bulk": seed_bulk,
                "parked": parked_commands(parking),
                "republish": republish,
            }
        )
    )
