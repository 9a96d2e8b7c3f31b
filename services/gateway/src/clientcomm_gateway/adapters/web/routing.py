"""Around every page function: session, origin, token, and an answer to whatever goes wrong."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlencode

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clientcomm_bus import RequestFailed
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.web.errors import error_answer, is_worth_keeping
from clientcomm_gateway.adapters.web.forms import (
    Forged,
    SignedOut,
    Typed,
    check_origin,
    check_token,
    read_form,
)
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.visits import Visit, visit_of

log = structlog.get_logger()

Endpoint = Callable[[Request], Awaitable[Response]]
Show = Callable[[Visit], Awaitable[Response]]
Act = Callable[[Visit, Typed], Awaitable[Response]]


class Pages:
    """Makes endpoints of page functions."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, function: Show, *, is_by_hand: bool = True) -> Endpoint:
        """A page for someone signed in; others are sent to sign in and come back."""

        async def endpoint(request: Request) -> Response:
            visit: Visit | None = None
            try:
                visit = await visit_of(request, self._site, is_by_hand=is_by_hand)
                if visit is None:
                    return await self._to_begin_with(request)
                return await function(visit)
            except (Refused, Unavailable, RequestFailed) as fault:
                return error_answer(request, self._site, visit, fault)

        return endpoint

    def act(self, function: Act) -> Endpoint:
        """What a form of ours does, for someone signed in."""

        async def endpoint(request: Request) -> Response:
            visit: Visit | None = None
            typed: Typed | None = None
            is_by_hand = "application/json" not in request.headers.get("accept", "")
            try:
                check_origin(request, self._site.origin)
                typed = await read_form(request)
                visit = await visit_of(request, self._site, is_by_hand=is_by_hand)
                if visit is None:
                    return self._signed_out(request, typed)
                check_token(request, typed, visit.csrf_token)
                return await function(visit, typed)
            except (Refused, Unavailable, RequestFailed, Forged) as fault:
                return error_answer(request, self._site, visit, fault, typed)

        return endpoint

    def _signed_out(self, request: Request, typed: Typed) -> Response:
        """Sign in first; what was written meanwhile is kept."""
        if is_worth_keeping(typed):
            return error_answer(request, self._site, None, SignedOut(), typed)
        return self._to_sign_in(request)

    async def _to_begin_with(self, request: Request) -> Response:
        """Sign in first; at the front door of an empty installation, set it up first."""
        if request.url.path == "/" and await self._site.set_up.is_needed():
            return RedirectResponse("/set-up", 303)
        return self._to_sign_in(request)

    def _to_sign_in(self, request: Request) -> Response:
        had_session = self._site.session_cookie in request.cookies
        return to_sign_in(request, had_session=had_session)

    async def failed(self, request: Request, fault: Exception) -> Response:
        """The answer to what no page function was found for (404, 405), or could not take."""
        visit: Visit | None = None
        try:
            visit = await visit_of(request, self._site, is_by_hand=False)
        except Unavailable:
            log.warning("error_page_without_session")
        return error_answer(request, self._site, visit, fault)


def to_sign_in(request: Request, *, had_session: bool) -> Response:
    """Sign in first; what was asked for by GET is shown afterwards."""
    if request.headers.get("accept", "").startswith("application/json"):
        raise HTTPException(401)
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = {"notice": "session_ended"} if had_session else {}
    if request.method == "GET" and place != "/":
        query["next"] = place
    target = "/sign-in" + (f"?{urlencode(query)}" if query else "")
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def back(path: str, *, at: str = "", **query: str) -> Response:
    """After a POST: go and look at the result; `at`: the part of the page to begin with."""
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    joint = "&" if "?" in path else "?"
    place = f"{path}{joint}{asked}" if asked else path
    return RedirectResponse(f"{place}#{at}" if at else place, 303)
