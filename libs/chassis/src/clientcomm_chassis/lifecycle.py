"""The life of a process: components start in order and stop in reverse when a signal says so."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Sequence

import structlog
from starlette.applications import Starlette

from clientcomm_chassis.components import Component
from clientcomm_chassis.health import checks_of, health_routes
from clientcomm_chassis.serving import serve_http
from clientcomm_chassis.settings import ServiceSettings

log = structlog.get_logger()

_STOP_EACH = 10.0
_STOP_ALL = 25.0
_EXIT_STUCK = 71


async def run_process(
    *, service: str, role: str, components: Sequence[Component], settings: ServiceSettings
) -> None:
    """Run until SIGTERM or SIGINT; returns after everything was stopped in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    every = [*_health_server(components, settings), *components]
    async with running(every):
        _spare_what_stays()
        log.info("process_ready", service=service, role=role, process=settings.process_name)
        await stop.wait()
        log.info("process_stopping", service=service, role=role)
        guard = loop.call_later(_STOP_ALL, os._exit, _EXIT_STUCK)
    guard.cancel()
    log.info("process_stopped", service=service, role=role)


def _spare_what_stays() -> None:
    """Leave modules and schemas out of garbage collections, which took 130 ms each with them."""
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def running(components: Sequence[Component]) -> AsyncIterator[None]:
    """Start components in order; on the way out stop, in reverse, those that were started."""
    started: list[Component] = []
    try:
        for component in components:
            started.append(component)
            await component.start()
        yield
    finally:
        for component in reversed(started):
            await _stop(component)


async def _stop(component: Component) -> None:
    try:
        async with asyncio.timeout(_STOP_EACH):
            await component.stop()
    except Exception:  # the other components must be stopped too
        log.exception("component_stop_failed", component=component.name)


def _health_server(
    components: Sequence[Component], settings: ServiceSettings
) -> Sequence[Component]:
    if not settings.health_port:
        return ()
    app = Starlette(routes=health_routes(checks_of(components)))
    return (
        serve_http(
            app,
            host=settings.health_host,
            port=settings.health_port,
            reuse_port=False,
            name="health",
        ),
    )
