"""What page functions work with; made once in wiring."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from clientcomm_gateway.adapters.web.rendering import Renderer
from clientcomm_gateway.application.change_password import ChangePassword
from clientcomm_gateway.application.follow_link import FollowLink
from clientcomm_gateway.application.ports import Accounts, Audit, Clock, Owners, Sessions
from clientcomm_gateway.application.send_link import SendLink
from clientcomm_gateway.application.set_up import SetUp
from clientcomm_gateway.application.sign_in import SignIn
from clientcomm_gateway.application.sign_out import SignOut
from clientcomm_gateway.domain.origins import OwnOrigin


class ObjectReader(Protocol):
    """Where attachments' bytes lie; raises Unavailable."""

    async def read(self, key: str) -> bytes | None: ...


class ShownTo(Protocol):
    """Remembers to whom conversations were shown, for live updates."""

    def add(self, staff_id: UUID, conversation_ids: Iterable[UUID]) -> None: ...


@dataclass(frozen=True, slots=True)
class Site:
    """The gateway as page functions see it.

    `clock` is the one that due times follow; `machine_clock` is for sessions, which a moved test
    clock must not end.
    """

    owners: Owners
    accounts: Accounts
    sessions: Sessions
    audit: Audit
    sign_in: SignIn
    sign_out: SignOut
    change_password: ChangePassword
    follow_link: FollowLink
    send_link: SendLink
    set_up: SetUp
    renderer: Renderer
    objects: ObjectReader
    shown_to: ShownTo
    clock: Clock
    machine_clock: Clock
    origin: OwnOrigin
    secret_key: str
    retry_after: int = 2

    @property
    def session_cookie(self) -> str:
        """Bound to this host alone where the browser allows it, which is over https."""
        return "__Host-session" if self.origin.is_secure else "clientcomm_session"

    @property
    def device_cookie(self) -> str:
        """Tells a browser that signed in before from a stranger's."""
        return "__Host-device" if self.origin.is_secure else "clientcomm_device"
