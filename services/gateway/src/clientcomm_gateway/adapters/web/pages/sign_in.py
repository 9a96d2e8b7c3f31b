"""Signing in and out."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.errors import error_answer
from clientcomm_gateway.adapters.web.forms import (
    Forged,
    Typed,
    check_origin,
    check_token,
    read_form,
)
from clientcomm_gateway.adapters.web.routing import Endpoint, back
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import Form, SignInPage
from clientcomm_gateway.adapters.web.visits import (
    Visit,
    stranger_csrf,
    stranger_shell,
    visit_of,
    visitor_of,
)
from clientcomm_gateway.application.sign_in import SignedIn

HOME = "/conversations"
_DEVICE_AGE = 400 * 24 * 3600
_UNAUTHORISED = 401


def sign_in_endpoints(site: Site) -> tuple[Endpoint, Endpoint]:
    """GET and POST of `/sign-in`."""

    async def show(request: Request) -> Response:
        next_place = safe_place(request.query_params.get("next"))
        try:
            if await visit_of(request, site) is not None:
                return RedirectResponse(next_place, 303)
        except Unavailable as fault:
            return error_answer(request, site, None, fault)
        answer = await _page(request, site, Form(), next_place)
        if site.device_cookie not in request.cookies:
            keep_device(site, answer, request.state.device)
        return answer

    async def sign_in(request: Request) -> Response:
        typed: Typed | None = None
        try:
            vouched = check_origin(request, site.origin)
            typed = await read_form(request)
            # Every browser that keeps cookies and sends none of the two headers shows the token;
            # a script without any cookie has no session that a forged form could replace.
            if not vouched and request.cookies:
                check_token(request, typed, stranger_csrf(site, visitor_of(request, site)))
            signed_in = await site.sign_in(
                typed.line("email")[:320], typed.text("password"), visitor_of(request, site)
            )
        except Refused as refused:
            return await _refused(request, site, typed, refused)
        except (Unavailable, Forged) as fault:
            return error_answer(request, site, None, fault, typed)
        return _welcome(site, signed_in, safe_place(typed.text("next")))

    return show, sign_in


async def sign_out(visit: Visit, _typed: Typed) -> Response:
    """End this session."""
    await visit.site.sign_out.this(visit.session, visit.address)
    answer = back("/sign-in", notice="signed_out")
    forget_session(visit.site, answer)
    return answer


def safe_place(given: str | None) -> str:
    """A place on this site to go on to; never another host's."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")):
        return HOME
    parts = urlsplit(given)
    is_odd = parts.scheme or parts.netloc or any(ord(sign) < ord(" ") for sign in given)
    return HOME if is_odd or "\\" in given else given


def keep_session(site: Site, answer: Response, secret: str) -> None:
    """Give the browser its session."""
    answer.set_cookie(
        site.session_cookie,
        secret,
        path="/",
        secure=site.origin.is_secure,
        httponly=True,
        samesite="lax",
    )


def forget_session(site: Site, answer: Response) -> None:
    """Take the session from the browser."""
    answer.delete_cookie(
        site.session_cookie, secure=site.origin.is_secure, httponly=True, samesite="lax"
    )


def _welcome(site: Site, signed_in: SignedIn, place: str) -> Response:
    answer = RedirectResponse(place, 303)
    keep_session(site, answer, signed_in.session)
    keep_device(site, answer, signed_in.device)
    return answer


def keep_device(site: Site, answer: Response, device: str) -> None:
    """Let the browser be known when it comes again."""
    answer.set_cookie(
        site.device_cookie,
        device,
        max_age=_DEVICE_AGE,
        path="/",
        secure=site.origin.is_secure,
        httponly=True,
        samesite="lax",
    )


async def _refused(request: Request, site: Site, typed: Typed | None, refused: Refused) -> Response:
    shell = stranger_shell(request, site)
    speech = site.renderer.speech(shell.language, site.clock.now())
    values = {"email": typed.text("email")} if typed else {}
    form = Form(values=values, problem=speech.say(refused.sentence))
    status = status_of(refused)
    if refused.code == "wrong_credentials":
        status = _UNAUTHORISED
    wait = refused.details.get("retry_after")
    next_place = safe_place(typed.text("next") if typed else None)
    headers = {"Retry-After": str(wait)} if wait else {}
    return await _page(request, site, form, next_place, status=status, headers=headers)


async def _page(
    request: Request,
    site: Site,
    form: Form,
    next_place: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    shell = stranger_shell(request, site)
    view = SignInPage(form=form, next=next_place, is_empty=await site.set_up.is_needed())
    return site.renderer.page("sign_in.html", shell, view, status=status, headers=headers)
