"""Whether a process lives and is ready, and its figures, over HTTP."""

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from clientcomm_chassis.components import Component
from clientcomm_chassis.metrics import exposition

Checks = Callable[[], Mapping[str, bool]]


def checks_of(components: Sequence[Component]) -> Checks:
    """The readiness of each component by its name."""
    return lambda: {component.name: component.is_ready() for component in components}


def health_routes(checks: Checks) -> list[Route]:
    """`/health/live`, `/health/ready` and `/metrics`, for any HTTP server of a service."""

    async def live(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_request: Request) -> Response:
        states = dict(checks())
        return JSONResponse({"ready": all(states.values()), "parts": states}, _status(states))

    async def metrics(_request: Request) -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


def _status(states: Mapping[str, bool]) -> int:
    return 200 if all(states.values()) else 503
