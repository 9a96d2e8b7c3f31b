"""Pages for what went wrong: what happened, what to do next, and what had been typed."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Forged, SignedOut, Typed, id_of
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import ErrorPage, Shell, TypedField
from clientcomm_gateway.adapters.web.visits import Visit, stranger_shell
from clientcomm_gateway.domain.words import N_


@dataclass(frozen=True, slots=True)
class Words:
    """A heading and a sentence."""

    heading: str
    sentence: str


_FAILED = N_("That did not work")
WORDS = {
    400: Words(_FAILED, N_("The request could not be understood. Go back and try again.")),
    401: Words(
        N_("You were signed out"),
        N_("Sign in in another window or tab, then come back here and try again."),
    ),
    403: Words(
        _FAILED,
        N_(
            "This page was open for too long, or the form came from elsewhere. "
            "Look at what it says, then try again."
        ),
    ),
    404: Words(
        N_("Nothing here"),
        N_("This page does not exist, or is not yours. Look for the client in the list."),
    ),
    405: Words(_FAILED, N_("This address cannot be used in this way. Start from the list.")),
    413: Words(
        N_("That is too much"),
        N_("What you sent is larger than can be taken. Shorten it and try again."),
    ),
    429: Words(
        N_("A little slower, please"),
        N_("There were too many requests. Wait a moment, then try again."),
    ),
    500: Words(
        N_("Something went wrong"),
        N_("The fault is ours. Try again; if it happens again, tell your administrator."),
    ),
    503: Words(
        N_("Not available just now"),
        N_("Try again in a moment. If it was done already, it is not done a second time."),
    ),
}
_UNKNOWN = WORDS[400]
_ABOUT_ONE = frozenset({403, 409})
_MAY_BE_TYPED_AGAIN = frozenset({401, 403, 503, 500})
_LOST_BY_SCRIPTS = frozenset({401, 403})
_WRITTEN = frozenset({"body", "note", "notes"})
_HIDDEN = frozenset({"csrf_token", "repeat_key"})


def error_answer(
    request: Request,
    site: Site,
    visit: Visit | None,
    fault: Exception,
    typed: Typed | None = None,
) -> Response:
    """The page for a fault; scripts that asked for a fragment get a fragment."""
    status, sentence = _status_of(fault)
    shell = visit.shell() if visit else stranger_shell(request, site)
    view = _view(request, site, shell, status, sentence, typed)
    headers = {"Retry-After": str(view.retry_after)} if view.retry_after else {}
    if request.headers.get("hx-request"):
        retarget = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
        template, headers = "fragments/problem.html", {**headers, **retarget}
    else:
        template = "error.html"
    return site.renderer.page(template, shell, view, status=status, headers=headers)


def bare_error(request: Request, site: Site, status: int) -> Response:
    """The page where not even the session was looked at."""
    shell = stranger_shell(request, site)
    view = _view(request, site, shell, status, None, None)
    headers = {"Retry-After": str(view.retry_after)} if view.retry_after else {}
    return site.renderer.page("error.html", shell, view, status=status, headers=headers)


def _view(
    request: Request,
    site: Site,
    shell: Shell,
    status: int,
    sentence: str | None,
    typed: Typed | None,
) -> ErrorPage:
    speech = site.renderer.speech(shell.language, site.clock.now())
    words = WORDS.get(status, _UNKNOWN)
    again = _LOST_BY_SCRIPTS if request.headers.get("hx-request") else _MAY_BE_TYPED_AGAIN
    keeps = status in again and is_worth_keeping(typed)
    return ErrorPage(
        status=status,
        heading=speech.say(words.heading),
        sentence=speech.say(sentence or words.sentence),
        retry_after=site.retry_after if status in {429, 503} else None,
        back_href=_whose(request.url.path) if status in _ABOUT_ONE else None,
        action=request.url.path if keeps else None,
        typed=_fields(typed) if typed and keeps else (),
        written=_written(typed) if typed and not keeps else (),
    )


def _whose(path: str) -> str | None:
    """The conversation or client that a form within their address is about."""
    parts = path.split("/")[1:]
    is_within = len(parts) > 2 and parts[0] in {"conversations", "clients"}  # noqa: PLR2004
    return f"/{parts[0]}/{parts[1]}" if is_within and id_of(parts[1]) else None


def is_worth_keeping(typed: Typed | None) -> bool:
    """Whether somebody wrote anything that would be lost."""
    return typed is not None and any(
        value.strip() for name, value in typed.pairs() if name not in _HIDDEN
    )


def _fields(typed: Typed) -> tuple[TypedField, ...]:
    """All but the old token, which the page replaces by one that holds."""
    return tuple(TypedField(*pair) for pair in typed.pairs() if pair[0] != "csrf_token")


def _written(typed: Typed) -> tuple[str, ...]:
    """What somebody composed, to be copied from a page where it cannot be sent again."""
    return tuple(text for name, text in typed.pairs() if name in _WRITTEN and text.strip())


def _status_of(fault: Exception) -> tuple[int, str | None]:
    match fault:
        case Refused():
            return status_of(fault), fault.sentence
        case Unavailable():
            return 503, None
        case SignedOut():
            return 401, None
        case Forged():
            return 403, None
        case HTTPException():
            return fault.status_code, None
        case _:
            return 500, None
