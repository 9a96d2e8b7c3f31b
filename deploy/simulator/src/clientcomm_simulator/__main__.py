"""`python -m clientcomm_simulator serve`: the carrier simulator, settings from the environment."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from .adapters.logging import configure_logging
from .adapters.server import make_server
from .settings import Settings
from .wiring import build

_USAGE = 2


async def serve(settings: Settings) -> None:
    simulator = build(settings)
    server = make_server(
        simulator.application,
        host=settings.simulator_host,
        port=settings.simulator_port,
        on_end=simulator.end,
    )
    await server.serve()


def main(arguments: list[str]) -> int:
    if arguments != ["serve"]:
        sys.stderr.write("usage: python -m clientcomm_simulator serve\n")
        return _USAGE
    configure_logging()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Settings()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
