"""Who is looking: the session behind a request, and what every page needs of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from clientcomm_contracts.contract import Reply
from clientcomm_contracts.contract import Request as Question
from clientcomm_contracts.conversations.directory import GetMe, MeReply
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.edge import ADDRESS
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import Notice, Shell
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.secrets import masked, new_secret, signature
from clientcomm_gateway.domain.sessions import Session, Visitor

R = TypeVar("R", bound=Reply)

_TOUCH_EVERY = timedelta(minutes=1)
MAY_ADD = (Role.CASE_MANAGER, Role.FRONT_DESK, Role.SUPERVISOR)
_MAY_READ = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
MAY_MASS_MESSAGE = (Role.CASE_MANAGER, Role.SUPERVISOR)
MAY_CLOSE = (Role.CASE_MANAGER, Role.SUPERVISOR)
MAY_TRANSFER = (*MAY_CLOSE, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of someone signed in."""

    request: Request
    site: Site
    session: Session
    account: Account

    @property
    def asker(self) -> Asker:
        """On whose behalf owners are asked."""
        return Asker(staff_id=self.account.staff_id)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return str(self.request.scope[ADDRESS])

    @property
    def visitor(self) -> Visitor:
        """Address and browser."""
        return visitor_of(self.request, self.site)

    @property
    def language(self) -> str:
        """The account's language, as far as we have it."""
        return self.site.renderer.language_of(self.account.language)

    @property
    def speech(self) -> Speech:
        """How to speak to this person now."""
        return self.site.renderer.speech(self.language, self.site.clock.now())

    @property
    def csrf_token(self) -> str:
        """What every form of this session carries."""
        return csrf_of(self.site, self.session)

    async def ask(self, question: Question[R], *, within: float = 5.0) -> R:
        """Ask an owner."""
        return await self.site.owners.call(question, timeout=within)

    async def me(self) -> MeReply:
        """Who is looking, as conversations knows them."""
        return await self.ask(GetMe(asker=self.asker))

    async def note_deed(self, deed: Deed, *subjects: UUID, **details: str) -> None:
        """Into the audit log, before the answer leaves."""
        await self.site.audit.record(
            AuditEntry(deed, self.account.staff_id, self.address, subjects, details=details)
        )

    def shell(self, unread_conversations: int = 0) -> Shell:
        """What every page needs."""
        return Shell(
            language=self.language,
            path=self.request.url.path,
            csrf_token=masked(self.csrf_token),
            staff_name=self.account.full_name,
            unread_conversations=unread_conversations,
            notice=notice_of(self.request),
            may_add_client=self.account.holds(*MAY_ADD),
            may_mass_message=self.account.holds(*MAY_MASS_MESSAGE),
            may_administer=self.account.holds(Role.ADMINISTRATOR),
            may_read_texts=self.account.holds(*_MAY_READ),
            may_see_quarantine=self.account.holds(Role.ADMINISTRATOR, Role.SUPERVISOR),
        )


async def visit_of(request: Request, site: Site, *, is_by_hand: bool = True) -> Visit | None:
    """The visit if someone is signed in; what a script does by itself keeps no session alive."""
    secret = request.cookies.get(site.session_cookie)
    if not secret:
        return None
    now = site.machine_clock.now()
    found = await site.sessions.find(secret, now)
    if found is None:
        return None
    session, account = found
    if is_by_hand and now - session.last_seen_at >= _TOUCH_EVERY:
        await site.sessions.touch(session.id, now)
    return Visit(request, site, session, account)


def visitor_of(request: Request, site: Site) -> Visitor:
    """Address, browser, and the mark that tells it from others (a fresh one at its first visit)."""
    if not hasattr(request.state, "device"):
        request.state.device = request.cookies.get(site.device_cookie) or new_secret()
    return Visitor(
        address=str(request.scope[ADDRESS]),
        agent=request.headers.get("user-agent", ""),
        device=request.state.device,
    )


def csrf_of(site: Site, session: Session) -> str:
    """The session's token for unsafe requests."""
    return signature(site.secret_key, "csrf", session.token_hash)


def stranger_csrf(site: Site, visitor: Visitor) -> str:
    """The token of the sign-in form, for browsers that do not say where a form comes from."""
    return signature(site.secret_key, "sign-in", (visitor.device or "").encode())


def stranger_shell(request: Request, site: Site) -> Shell:
    """What a page needs that is shown to anybody."""
    wanted = request.headers.get("accept-language", "")[:100]
    return Shell(
        language=_preferred(site, wanted),
        path=request.url.path,
        csrf_token=masked(stranger_csrf(site, visitor_of(request, site))),
        notice=notice_of(request),
    )


def notice_of(request: Request) -> Notice | None:
    """What the page says after a redirect."""
    try:
        return Notice(request.query_params.get("notice", ""))
    except ValueError:
        return None


def _preferred(site: Site, wanted: str) -> str:
    """The first language of the header that the pages have; browsers list them in order."""
    tags = [part.split(";")[0].strip() for part in wanted.split(",")]
    own = [tag for tag in tags if tag.lower().startswith(site.renderer.languages)]
    return site.renderer.language_of(own[0] if own else "")
