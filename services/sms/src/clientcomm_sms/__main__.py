"""`python -m clientcomm_sms webhooks | sender | serve | migrate | parked | gate | numbers`."""

import gc
import sys
from collections.abc import Sequence
from functools import partial

from clientcomm_chassis import configure_logging, main, parked_commands, run_process
from clientcomm_persistence import ParkingTable, migrate_command
from clientcomm_sms import wiring
from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.wiring import MIGRATIONS, SERVICE
from clientcomm_sms.wiring.numbers import look_or_set


async def webhooks(_arguments: Sequence[str]) -> None:
    """What the carrier calls."""
    await _run("webhooks")


async def sender(_arguments: Sequence[str]) -> None:
    """The send queue."""
    await _run("sender")


async def serve(_arguments: Sequence[str]) -> None:
    """Both in one process."""
    await _run("serve")


async def _run(role: str) -> None:
    settings = _settings(role)
    components = wiring.components(settings, role=role)
    # What is there now stays; the collector need not look at the libraries again and again.
    gc.collect()
    gc.freeze()
    await run_process(service=SERVICE, role=role, components=components, settings=settings)


def parking() -> ParkingTable:
    """Where what could not be handled lies."""
    return ParkingTable(wiring.foundation(Settings(), role="parked").database)


async def gate(arguments: Sequence[str]) -> int:
    """`gate open | close | status`."""
    configure_logging(SERVICE, "gate")
    base = wiring.foundation(Settings(), role="gate")
    match list(arguments):
        case ["status"]:
            now = await base.database.run(base.gate.read)
        case ["open"]:
            now = await base.database.run(base.gate.open)
        case ["close"]:
            now = await base.database.run(lambda tx: base.gate.close(tx, reason="command"))
        case _:
            sys.stderr.write("gate open | close | status\n")
            return 2
    await base.database.close()
    state = "not set yet" if now is None else ("open" if now.is_open else f"closed: {now.reason}")
    sys.stdout.write(state + "\n")
    return 0


async def numbers(arguments: Sequence[str]) -> int:
    """`numbers [set] [--calls]`."""
    configure_logging(SERVICE, "numbers")
    rest = [word for word in arguments if word != "--calls"]
    if rest not in ([], ["set"]):
        sys.stderr.write("numbers [set] [--calls]\n")
        return 2
    return await look_or_set(
        Settings(), is_to_set=bool(rest), with_calls="--calls" in arguments, say=sys.stdout.write
    )


def _settings(role: str) -> Settings:
    settings = Settings()
    configure_logging(SERVICE, role, settings.log_level)
    return settings


if __name__ == "__main__":
    sys.exit(
        main(
            {
                "webhooks": webhooks,
                "sender": sender,
                "serve": serve,
                "migrate": migrate_command(partial(_settings, "migrate"), MIGRATIONS),
                "parked": parked_commands(parking),
                "gate": gate,
                "numbers": numbers,
            }
        )
    )
