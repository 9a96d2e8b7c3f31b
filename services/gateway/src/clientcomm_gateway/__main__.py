"""`python -m clientcomm_gateway serve | migrate | parked | seed-demo | set-password …`."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from clientcomm_chassis import configure_logging, main, parked_commands, run_process
from clientcomm_gateway.adapters.people_commands import new_token, print_set_up_code, set_password
from clientcomm_gateway.adapters.seed_demo import seed_demo
from clientcomm_gateway.adapters.store.grants import grant_audit
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_gateway.wiring import MIGRATIONS, SERVICE, components, database_of
from clientcomm_persistence import Database, ParkingTable, migrate_command


async def serve(_arguments: Sequence[str]) -> None:
    """Serve until told to stop."""
    settings = _settings("serve")
    await run_process(
        service=SERVICE, role="serve", components=components(settings), settings=settings
    )


def grant_rights(settings: GatewaySettings, owner_url: str) -> None:
    """What the running service may do with the audit log, whose schema is the owner's."""
    grant_audit(owner_url, settings.service_database_url.get_secret_value())


async def seed(_arguments: Sequence[str]) -> int:
    """Passwords and tokens for the demo's people."""
    settings = _settings("seed-demo")
    return await _with_database(settings, lambda database: seed_demo(settings, database))


async def give_password(arguments: Sequence[str]) -> int:
    """A password for one account."""
    settings = _settings("set-password")
    return await _with_database(settings, lambda database: set_password(arguments, database))


async def give_token(arguments: Sequence[str]) -> int:
    """An API token for one account."""
    settings = _settings("new-token")
    return await _with_database(settings, lambda database: new_token(arguments, database))


async def give_set_up_code(_arguments: Sequence[str]) -> int:
    """Where and with which code an empty installation is set up."""
    settings = _settings("set-up-code")
    return await _with_database(settings, lambda database: print_set_up_code(settings, database))


async def _with_database(
    settings: GatewaySettings, work: Callable[[Database], Awaitable[int]]
) -> int:
    database = database_of(settings)
    try:
        return await work(database)
    finally:
        await database.close()


def parking() -> ParkingTable:
    """Where what could not be handled lies."""
    return ParkingTable(database_of(_settings("parked")))


def _settings(role: str) -> GatewaySettings:
    settings = GatewaySettings()
    configure_logging(SERVICE, role, settings.log_level)
    return settings


if __name__ == "__main__":
    sys.exit(
        main(
            {
                "serve": serve,
                "migrate": migrate_command(
                    partial(_settings, "migrate"), MIGRATIONS, afterwards=grant_rights
                ),
                "parked": parked_commands(parking),
                "set-password": give_password,
                "new-token": give_token,
                "set-up-code": give_set_up_code,
                "seed-demo": seed,
            }
        )
    )
