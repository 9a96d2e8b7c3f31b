"""Everything that the gateway serves, as one ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from clientcomm_gateway.adapters.api.problems import bare_problem
from clientcomm_gateway.adapters.http.addresses import TrustedProxies
from clientcomm_gateway.adapters.http.edge import Edge
from clientcomm_gateway.adapters.live.endpoint import live_endpoint
from clientcomm_gateway.adapters.live.hub import LiveHub
from clientcomm_gateway.adapters.web.errors import bare_error
from clientcomm_gateway.adapters.web.rendering import HERE
from clientcomm_gateway.adapters.web.routes import page_routes
from clientcomm_gateway.adapters.web.routing import Endpoint, Pages
from clientcomm_gateway.adapters.web.site import Site

API = "/api/v1"
_YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Our styles and scripts; an address with a mark of the content may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        if "\0" in path:
            raise HTTPException(404)
        answer = await super().get_response(path, scope)
        is_marked = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = _YEAR if is_marked else "no-cache"
        return answer


def application(
    site: Site,
    hub: LiveHub,
    api: ASGIApp,
    docs: Endpoint,
    *,
    proxies: TrustedProxies,
    health: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """Pages, API, live stream, styles, health; behind one outermost layer."""
    pages = Pages(site)
    routes: list[BaseRoute] = [
        Mount(API, api),
        Route("/api/docs", docs, methods=["GET"]),
        Route("/live", live_endpoint(site, hub), methods=["GET"]),
        Mount("/static", Assets(directory=HERE / "static")),
        *health,
        *page_routes(site, pages),
    ]

    async def on_http_fault(request: Request, fault: Exception) -> Response:
        return await pages.failed(request, fault)

    inner = Starlette(routes=routes, exception_handlers={HTTPException: on_http_fault})

    compressed = GZipMiddleware(inner, minimum_size=1000, compresslevel=5)

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        """Pages and styles are compressed; what a script asks often and in small pieces is not."""
        is_call = scope["path"].startswith(API)
        await (inner if is_call else compressed)(scope, receive, send)

    async def refuse(scope: Scope, status: int) -> Response:
        if scope["path"].startswith(API):
            return bare_problem(status)
        return bare_error(Request(scope), site, status)

    return Edge(chosen, proxies=proxies, is_secure=site.origin.is_secure, refuse=refuse)
