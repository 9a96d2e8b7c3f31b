"""Choose a password by a one-time link: an invitation, or a reset (rule 1.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_gateway.application.change_password import check_new
from clientcomm_gateway.application.ports import Accounts, Audit, Clock, PasswordHasher, Sessions
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.mail import LinkKind
from clientcomm_gateway.domain.passwords import normalised
from clientcomm_gateway.domain.sessions import Visitor
from clientcomm_gateway.domain.words import N_


class OneTimeLinks(Protocol):
    """Links that were sent."""

    async def whose(self, secret: str, kind: LinkKind, now: datetime) -> UUID | None:
        """Whose link this is, while it may be followed."""
        ...

    async def redeem(
        self, secret: str, kind: LinkKind, *, password_hash: str, now: datetime
    ) -> UUID | None:
        """Set the password by it, once, and end all other links of this person; whose it was."""
        ...


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Sets a password by a link; every session ends, and this browser is signed in."""

    links: OneTimeLinks
    accounts: Accounts
    sessions: Sessions
    hasher: PasswordHasher
    audit: Audit
    clock: Clock

    async def account_of(self, secret: str, kind: LinkKind) -> Account:
        """For whom. Raises Refused (`link_over`)."""
        staff_id = await self.links.whose(secret, kind, self.clock.now())
        account = await self.accounts.by_id(staff_id) if staff_id else None
        if account is None or not account.is_active:
            raise link_over()
        return account

    async def __call__(
        self, secret: str, kind: LinkKind, new: str, again: str, visitor: Visitor
    ) -> str:
        """The new session's secret. Raises Refused with the field at fault, or `link_over`."""
        account = await self.account_of(secret, kind)
        check_new(account, new, again)
        fresh = await self.hasher.hash(normalised(new))
        now = self.clock.now()
        staff_id = await self.links.redeem(secret, kind, password_hash=fresh, now=now)
        if staff_id is None:
            raise link_over()
        await self.sessions.end_all(staff_id, now=now)
        deed = AuditEntry(
            Deed.PASSWORD_SET_BY_LINK, staff_id, visitor.address, details={"link": kind.value}
        )
        await self.audit.record(deed)
        return await self.sessions.begin(staff_id, visitor, now)


def link_over() -> Refused:
    """The link was used, is too old, or never was one."""
    return Refused(
        "link_over",
        N_("This link was used already, or is too old. Ask for a new one."),
        kind="not_found",
    )
