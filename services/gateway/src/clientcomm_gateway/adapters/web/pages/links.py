"""One-time links: an invitation, a forgotten password (rule 1.4)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clientcomm_bus import RequestFailed
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.errors import error_answer
from clientcomm_gateway.adapters.web.forms import (
    Forged,
    Typed,
    check_origin,
    check_token,
    fresh_form,
    read_form,
    refused_form,
)
from clientcomm_gateway.adapters.web.pages.sign_in import HOME, keep_device, keep_session
from clientcomm_gateway.adapters.web.routing import Endpoint
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import ForgottenPage, Form, LinkPage
from clientcomm_gateway.adapters.web.visits import stranger_csrf, stranger_shell, visitor_of
from clientcomm_gateway.domain.mail import LinkKind

_FIELDS = ("new_password", "new_password_again")
_LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True)
class LinkEndpoints:
    """GET and POST of a one-time link's page."""

    show: Endpoint
    use: Endpoint


def link_endpoints(site: Site, kind: LinkKind) -> LinkEndpoints:
    """The page where a link of this kind leads."""

    async def show(request: Request) -> Response:
        secret = _secret(request)
        answer = await _link_page(request, site, kind, secret, fresh_form())
        if site.device_cookie not in request.cookies:
            keep_device(site, answer, visitor_of(request, site).device or "")
        return answer

    async def use(request: Request) -> Response:
        typed, secret = await read_stranger_form(request, site), _secret(request)
        try:
            session = await site.follow_link(
                secret,
                kind,
                typed.text("new_password"),
                typed.text("new_password_again"),
                visitor_of(request, site),
            )
        except Refused as refused:
            if refused.field not in _FIELDS:
                raise
            shell = stranger_shell(request, site)
            speech = site.renderer.speech(shell.language, site.clock.now())
            form = refused_form(typed, refused, speech, _FIELDS)
            return await _link_page(request, site, kind, secret, form, status_of(refused))
        answer = RedirectResponse(f"{HOME}?notice=password_set", 303)
        keep_session(site, answer, session)
        return answer

    return LinkEndpoints(guarded(site, show), guarded(site, use))


def forgotten_endpoints(site: Site) -> LinkEndpoints:
    """Asking for a link: the answer is the same for everybody."""

    async def show(request: Request) -> Response:
        answer = _forgotten_page(request, site, fresh_form(), is_sent=False)
        if site.device_cookie not in request.cookies:
            keep_device(site, answer, visitor_of(request, site).device or "")
        return answer

    async def ask(request: Request) -> Response:
        typed = await read_stranger_form(request, site)
        await site.send_link.to_whom_it_may_concern(
            typed.line("email")[:320], visitor_of(request, site).address
        )
        return _forgotten_page(request, site, fresh_form(), is_sent=True)

    return LinkEndpoints(guarded(site, show), guarded(site, ask))


def guarded(site: Site, function: Callable[[Request], Awaitable[Response]]) -> Endpoint:
    """A page for whoever comes, with an answer to whatever goes wrong."""

    async def endpoint(request: Request) -> Response:
        try:
            return await function(request)
        except (Refused, Unavailable, RequestFailed, Forged) as fault:
            return error_answer(request, site, None, fault)

    return endpoint


async def read_stranger_form(request: Request, site: Site) -> Typed:
    """The form, once it is known to be ours; as where one signs in."""
    vouched = check_origin(request, site.origin)
    typed = await read_form(request)
    if not vouched:
        check_token(request, typed, stranger_csrf(site, visitor_of(request, site)))
    return typed


async def _link_page(
    request: Request, site: Site, kind: LinkKind, secret: str, form: Form, status: int = 200
) -> Response:
    account = await site.follow_link.account_of(secret, kind)
    page = LinkPage(
        form=form,
        action=request.url.path,
        name=account.full_name,
        email=account.email,
        is_invitation=kind is LinkKind.INVITATION,
    )
    shell = stranger_shell(request, site)
    return site.renderer.page("one_time_link.html", shell, page, status=status)


def _forgotten_page(request: Request, site: Site, form: Form, *, is_sent: bool) -> Response:
    page = ForgottenPage(form=form, is_sent=is_sent)
    return site.renderer.page("forgotten.html", stranger_shell(request, site), page)


def _secret(request: Request) -> str:
    return str(request.path_params["secret"])[:_LONGEST_SECRET]
