"""First-run set-up, and the test text that ends it."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clientcomm_contracts.conversations.clients import AddClient
from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.conversations.set_up import SetUpInstallation
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import RepeatKey
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, fresh_form, refused_form
from clientcomm_gateway.adapters.web.pages.links import LinkEndpoints, guarded, read_stranger_form
from clientcomm_gateway.adapters.web.pages.sign_in import keep_device, keep_session
from clientcomm_gateway.adapters.web.present.choices import is_zone, zone_choices
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import Form, SetUpPage, TestTextPage
from clientcomm_gateway.adapters.web.visits import Visit, stranger_shell, visitor_of
from clientcomm_gateway.application.set_up import Typed as Guard
from clientcomm_gateway.domain.words import N_

FIELDS = (
    "code",
    "organisation_name",
    "department_name",
    "number",
    "time_zone",
    "full_name",
    "email",
    "new_password",
    "new_password_again",
)
# Beside which field of this page the owner's refusals belong.
_SAME = {"name_missing": "department_name", "time_zone_unknown": "time_zone"}
_TEXT = N_("This is a test text from ClientComm. If you can read this, your number works.")


_TEST = "/set-up/test-text"
_NO_TEST = f"{_TEST}?clients=none"


def set_up_endpoints(site: Site) -> LinkEndpoints:
    """GET and POST of `/set-up`; there is no such page once there is an organisation."""

    async def show(request: Request) -> Response:
        await site.set_up.require_needed()
        answer = _page(request, site, fresh_form())
        if site.device_cookie not in request.cookies:
            keep_device(site, answer, visitor_of(request, site).device or "")
        return answer

    async def do(request: Request) -> Response:
        typed = await read_stranger_form(request, site)
        try:
            session = await site.set_up(_wanted(typed), _guard(typed), visitor_of(request, site))
        except Refused as refused:
            if refused.kind == "not_found":
                raise
            form = _refused(request, site, typed, refused)
            return _page(request, site, form, status_of(refused))
        answer = RedirectResponse(_TEST if typed.line("has_clients") else _NO_TEST, 303)
        keep_session(site, answer, session)
        return answer

    return LinkEndpoints(guarded(site, show), guarded(site, do))


async def show_test_text(visit: Visit) -> Response:
    """Whom to send a test text; for who has no clients, what comes next instead."""
    if visit.account.roles and not visit.account.holds(Role.ADMINISTRATOR):
        raise not_found("page")
    return _test_page(visit, fresh_form())


async def send_test_text(visit: Visit, typed: Typed) -> Response:
    """Add oneself as a client and write the first text; its page shows whether it arrives."""
    _require_sender(visit)
    try:
        if not typed.line("phone"):
            raise field_refused("phone", N_("Enter your own mobile number."))
        key = typed.repeat_key
        added = await visit.ask(
            AddClient(
                asker=visit.asker,
                repeat_key=_part(key, "client"),
                first_name=visit.speech.say(N_("Test")),
                last_name=visit.account.full_name[:100],
                phone=typed.line("phone")[:40],
                language=visit.language,
                consent_how=visit.speech.say(N_("Own phone, for a test")),
            )
        )
        await visit.ask(
            SendMessage(
                asker=visit.asker,
                repeat_key=_part(key, "text"),
                conversation_id=added.conversation_id,
                body=visit.speech.say(_TEXT),
            )
        )
    except Refused as refused:
        form = refused_form(typed, refused, visit.speech, ("phone",))
        return _test_page(visit, form, status_of(refused))
    return back(f"/conversations/{added.conversation_id}", notice="test_text_sent")


def _require_sender(visit: Visit) -> None:
    both = visit.account.holds(Role.ADMINISTRATOR) and visit.account.holds(Role.CASE_MANAGER)
    # Until conversations has told of the roles, right after the set-up, the owner decides alone.
    if visit.account.roles and not both:
        raise not_found("page")


def _part(key: RepeatKey, what: str) -> RepeatKey:
    return key.model_copy(update={"key": f"{key.key[:240]} {what}"})


def _guard(typed: Typed) -> Guard:
    return Guard(
        typed.line("code")[:100], typed.text("new_password"), typed.text("new_password_again")
    )


def _wanted(typed: Typed) -> SetUpInstallation:
    for name in ("organisation_name", "department_name", "number", "full_name", "email"):
        if not typed.line(name):
            raise field_refused(name, N_("Please fill this in."))
    if not is_zone(typed.line("time_zone")):
        raise field_refused("time_zone", N_("Choose a time zone from the list."))
    try:
        return SetUpInstallation(
            organisation_name=typed.line("organisation_name"),
            department_name=typed.line("department_name"),
            time_zone=typed.line("time_zone"),
            number=typed.line("number"),
            full_name=typed.line("full_name"),
            email=typed.line("email"),
            has_clients=bool(typed.line("has_clients")),
        )
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise field_refused(field, N_("This is too long. Shorten it.")) from None


def _refused(request: Request, site: Site, typed: Typed, refused: Refused) -> Form:
    shell = stranger_shell(request, site)
    speech = site.renderer.speech(shell.language, site.clock.now())
    field = {"phone": "number"}.get(str(refused.field), refused.field)
    moved = Refused(
        refused.code,
        refused.sentence,
        kind=refused.kind,
        field=field if field in FIELDS else _SAME.get(refused.code),
    )
    return refused_form(typed, moved, speech, FIELDS)


def _page(request: Request, site: Site, form: Form, status: int = 200) -> Response:
    shell = stranger_shell(request, site)
    speech = site.renderer.speech(shell.language, site.clock.now())
    page = SetUpPage(
        form=form,
        zones=zone_choices(form.value("time_zone"), speech),
        has_clients=bool(form.value("has_clients")) or not form.values,
    )
    return site.renderer.page("set_up.html", shell, page, status=status)


def _test_page(visit: Visit, form: Form, status: int = 200) -> Response:
    is_told = bool(visit.account.roles)
    has_clients = visit.account.holds(Role.CASE_MANAGER)
    may_send = has_clients if is_told else "clients" not in visit.request.query_params
    page = TestTextPage(form=form, text=visit.speech.say(_TEXT), may_send=may_send)
    return visit.site.renderer.page("test_text.html", visit.shell(), page, status=status)
