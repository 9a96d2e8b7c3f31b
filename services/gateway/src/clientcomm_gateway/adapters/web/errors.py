"""Pages for what went wrong: what happened, what to do next, and what had been typed."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.web.forms import Forged, Typed
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import ErrorPage, Shell, TypedField
from clientcomm_gateway.adapters.web.visits import Visit, stranger_shell
from clientcomm_gateway.domain.words import N_

STATUS_OF = {
    "invalid": 422,
    "not_found": 404,
    "conflict": 409,
    "not_allowed": 403,
    "reused_key": 422,
    "too_many": 429,
}


@dataclass(frozen=True, slots=True)
class Words:
    """A heading and a sentence."""

    heading: str
    sentence: str


_FAILED = N_("That did not work")
WORDS = {
    400: Words(_FAILED, N_("The request could not be understood. Go back and try again.")),
    403: Words(
        _FAILED,
        N_(
            "This page was open for too long, or the form came from elsewhere. "
            "Go back, reload the page and try again."
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
        N_("Nothing was lost and nothing was sent. Try again in a moment."),
    ),
}
_UNKNOWN = Words(WORDS[400].heading, WORDS[400].sentence)
_MAY_BE_TYPED_AGAIN = frozenset({503, 500, 413})


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
    keeps = typed is not None and status in _MAY_BE_TYPED_AGAIN
    return ErrorPage(
        status=status,
        heading=speech.say(words.heading),
        sentence=speech.say(sentence or words.sentence),
        retry_after=site.retry_after if status in {429, 503} else None,
        action=request.url.path if keeps else None,
        typed=tuple(TypedField(*pair) for pair in typed.pairs()) if typed and keeps else (),
    )


def _status_of(fault: Exception) -> tuple[int, str | None]:
    match fault:
        case Refused():
            return STATUS_OF.get(fault.kind, 422), fault.sentence
        case Unavailable():
            return 503, None
        case Forged():
            return 403, None
        case HTTPException():
            return fault.status_code, None
        case _:
            return 500, None
