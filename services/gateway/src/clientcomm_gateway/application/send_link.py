"""Send somebody a one-time link: asked for by themselves, or by an administrator (rule 1.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.people import RepeatKey
from clientcomm_gateway.application.ports import Accounts, AttemptCounter, Audit, Clock
from clientcomm_gateway.domain.attempts import ADDRESS, STRANGER
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.mail import LinkKind
from clientcomm_gateway.domain.secrets import digest
from clientcomm_gateway.domain.words import N_


@dataclass(frozen=True, slots=True)
class Once:
    """Whose repeated request is to be done once, and what makes it the same one."""

    by: UUID
    key: RepeatKey


class MailSlot(Protocol):
    """Where e-mails of the gateway's own begin to wait."""

    async def put(self, staff_id: UUID, kind: str, details: dict[str, str], now: datetime) -> None:
        """To be sent as soon as possible."""
        ...

    async def put_once(
        self, staff_id: UUID, kind: str, details: dict[str, str], now: datetime, once: Once
    ) -> bool:
        """The same; False where this was done before. Raises Refused for a key used otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class SendLink:
    """Which link it is follows from whether the account has a password."""

    accounts: Accounts
    attempts: AttemptCounter
    slot: MailSlot
    audit: Audit
    clock: Clock

    async def to_colleague(
        self,
        staff_id: UUID,
        *,
        once: Once,
        by_name: str,
        address: str,
        token_id: UUID | None = None,
    ) -> LinkKind:
        """For an administrator, who may do this. Raises Refused for an account that is over."""
        account = await self.accounts.by_id(staff_id)
        if account is None or not account.is_active:
            raise Refused(
                "not_active",
                N_("This account is not ready, or was deactivated. Look at it again in a moment."),
                kind="conflict",
            )
        kind = LinkKind.PASSWORD_RESET if account.password_hash else LinkKind.INVITATION
        mail, words = _mail(kind, by_name)
        if await self.slot.put_once(staff_id, mail, words, self.clock.now(), once):
            details = {"link": kind.value}
            await self.audit.record(
                AuditEntry(Deed.LINK_SENT, once.by, address, (staff_id,), token_id, details)
            )
        return kind

    async def to_whom_it_may_concern(self, email: str, address: str) -> None:
        """For somebody who forgot the password; the answer never tells whether there is one.

        Raises Refused (`too_many_attempts`).
        """
        known_as = email.strip().lower()
        keys = [
            (f"reset {digest(known_as).hex()}", STRANGER),
            (f"reset from {address}", ADDRESS),
        ]
        if await self.attempts.begin(keys, self.clock.now()) is not None:
            raise Refused(
                "too_many_attempts",
                N_("Too many attempts. Wait a little, then try again."),
                kind="too_many",
            )
        account = await self.accounts.by_email(known_as)
        if account is None or not account.is_active:
            return
        kind = LinkKind.PASSWORD_RESET if account.password_hash else LinkKind.INVITATION
        mail, words = _mail(kind, "")
        await self.slot.put(account.staff_id, mail, words, self.clock.now())
        details = {"link": kind.value}
        await self.audit.record(
            AuditEntry(Deed.LINK_SENT, account.staff_id, address, details=details)
        )


def _mail(kind: LinkKind, by: str) -> tuple[str, dict[str, str]]:
    """What the e-mail is, and what it says."""
    mail = NoticeKind.INVITED if kind is LinkKind.INVITATION else kind
    return mail.value, {"by": by} if by else {}
