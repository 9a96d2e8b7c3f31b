"""The command that brings a service's tables to their newest form."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from clientcomm_chassis import Command, ServiceSettings

S = TypeVar("S", bound=ServiceSettings)


def migrate_command(
    open_settings: Callable[[], S],
    script_location: str,
    *,
    afterwards: Callable[[S, str], None] | None = None,
) -> Command:
    """`migrate`, as the tables' owner; `afterwards` gets the settings and the owner's URL."""

    def run(_arguments: Sequence[str]) -> int:
        settings = open_settings()
        if settings.owner_database_url is None:
            sys.stderr.write("CLIENTCOMM_OWNER_DATABASE_URL is not set\n")
            return 2
        from clientcomm_persistence.migrations import migrate

        owner = settings.owner_database_url.get_secret_value()
        migrate(owner, script_location)
        if afterwards is not None:
            afterwards(settings, owner)
        return 0

    return run
