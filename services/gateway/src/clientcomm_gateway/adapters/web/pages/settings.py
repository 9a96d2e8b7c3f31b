"""One's own account: password, language, sessions (rule 1.7)."""

from starlette.responses import Response

from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, id_of, refused_form
from clientcomm_gateway.adapters.web.pages.sign_in import keep_session
from clientcomm_gateway.adapters.web.present.staff import ROLE_WORDS
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import language_words
from clientcomm_gateway.adapters.web.views import Choice, Form, SessionRow, SettingsPage
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.sessions import Session
from clientcomm_gateway.domain.words import N_

_HERE = "/settings"
_FIELDS = ("current_password", "new_password", "new_password_again")
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


async def show(visit: Visit) -> Response:
    """What is set."""
    return await _page(visit, Form())


async def change_password(visit: Visit, typed: Typed) -> Response:
    """A new password; every other session ends, this browser signs in anew."""
    try:
        secret = await visit.site.change_password(
            visit.account,
            typed.text("current_password"),
            typed.text("new_password"),
            typed.text("new_password_again"),
            visit.visitor,
        )
    except Refused as refused:
        form = refused_form(typed, refused, visit.speech, _FIELDS)
        return await _page(visit, form, status_of(refused))
    answer = back(_HERE, notice="password_changed")
    keep_session(visit.site, answer, secret)
    return answer


async def set_language(visit: Visit, typed: Typed) -> Response:
    """The language of one's pages."""
    chosen = typed.line("language")
    if chosen in visit.site.renderer.languages:
        await visit.site.accounts.set_language(visit.account.staff_id, chosen)
    return back(_HERE, notice="language_saved")


async def end_other_sessions(visit: Visit, _typed: Typed) -> Response:
    """Sign out everywhere else."""
    await visit.site.sign_out.others(visit.session, visit.address)
    return back(_HERE, notice="sessions_ended")


async def end_session(visit: Visit, _typed: Typed) -> Response:
    """Sign out somewhere else."""
    other = id_of(visit.request.path_params["session_id"])
    if other is None:
        raise not_found("session")
    await visit.site.sign_out.one(visit.session, other, visit.address)
    return back(_HERE, notice="sessions_ended")


async def _page(visit: Visit, form: Form, status: int = 200) -> Response:
    now = visit.site.machine_clock.now()
    sessions = await visit.site.sessions.of_staff(visit.account.staff_id, now)
    page = SettingsPage(
        name=visit.account.full_name,
        email=visit.account.email,
        roles=tuple(
            dict.fromkeys(visit.speech.say(ROLE_WORDS[one.role]) for one in visit.account.roles)
        ),
        languages=tuple(
            Choice(code, language_words(code, code), code == visit.language)
            for code in visit.site.renderer.languages
        ),
        sessions=tuple(_row(visit, session) for session in sessions),
        password_form=form,
    )
    return visit.site.renderer.page("settings.html", visit.shell(), page, status=status)


def _row(visit: Visit, session: Session) -> SessionRow:
    return SessionRow(
        id=str(session.id),
        device=device_words(session.agent) or visit.speech.say(N_("Unknown browser")),
        address=session.address,
        began_at=visit.speech.moment(session.began_at, "UTC"),
        last_seen_at=visit.speech.moment(session.last_seen_at, "UTC"),
        is_this=session.id == visit.session.id,
        end_href=f"{_HERE}/sessions/{session.id}/end",
    )


def device_words(agent: str) -> str:
    """Browser and system, as people know them."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)
