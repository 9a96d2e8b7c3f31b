"""Sign in with e-mail and password (rule 1.4)."""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_gateway.application.ports import (
    Accounts,
    AttemptCounter,
    Audit,
    Clock,
    PasswordHasher,
    Sessions,
)
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.attempts import ACQUAINTANCE, ADDRESS, STRANGER, Patience
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.passwords import LONGEST, normalised
from clientcomm_gateway.domain.secrets import digest, new_secret
from clientcomm_gateway.domain.sessions import Visitor
from clientcomm_gateway.domain.words import N_

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets that the browser is to keep."""

    session: str
    device: str
    account: Account


@dataclass(frozen=True, slots=True)
class SignIn:
    """Checks a password; the answer never tells whether an account exists."""

    accounts: Accounts
    attempts: AttemptCounter
    sessions: Sessions
    hasher: PasswordHasher
    audit: Audit
    clock: Clock

    async def __call__(self, email: str, password: str, visitor: Visitor) -> SignedIn:
        """Raises Refused `wrong_credentials` or `too_many_attempts` (details `retry_after`)."""
        now = self.clock.now()
        address = email.strip().lower()
        account = await self.accounts.by_email(address)
        keys = await self._keys(address, account, visitor)
        if (until := await self.attempts.begin(keys, now)) is not None:
            await self._note(Deed.SIGN_IN_SLOWED, account, visitor)
            raise _too_many(until, now)
        if not await self._is_right(account, password):
            await self._note(Deed.SIGN_IN_FAILED, account, visitor)
            raise Refused(
                "wrong_credentials",
                N_("This e-mail address and password do not go together. Try again."),
            )
        assert account is not None
        await self.attempts.succeeded(forget=[keys[0][0]], undo=[key for key, _ in keys[1:]])
        return await self._begin(account, password, visitor)

    async def _keys(
        self, address: str, account: Account | None, visitor: Visitor
    ) -> list[tuple[str, Patience]]:
        device = visitor.device or ""
        # Asked also for nobody, so that an account cannot be told by how long the answer takes.
        staff_id = account.staff_id if account else _NOBODY
        if await self.accounts.knows_device(device, staff_id):
            mark = digest(device).hex()
            return [(f"device {mark} {digest(address).hex()}", ACQUAINTANCE)]
        return [
            (f"account {digest(address).hex()}", STRANGER),
            (f"address {visitor.address}", ADDRESS),
        ]

    async def _is_right(self, account: Account | None, password: str) -> bool:
        known = account.password_hash if account is not None and account.is_active else None
        typed = normalised(password[: LONGEST * 2])
        return await self.hasher.verify(known, typed)

    async def _begin(self, account: Account, password: str, visitor: Visitor) -> SignedIn:
        now = self.clock.now()
        if account.password_hash and self.hasher.needs_rehash(account.password_hash):
            fresh = await self.hasher.hash(normalised(password))
            await self.accounts.set_password(account.staff_id, fresh, now)
        device = visitor.device or new_secret()
        await self.accounts.remember_device(device, account.staff_id, now)
        session = await self.sessions.begin(account.staff_id, visitor, now)
        await self._note(Deed.SIGNED_IN, account, visitor)
        return SignedIn(session, device, account)

    async def _note(self, deed: Deed, account: Account | None, visitor: Visitor) -> None:
        staff_id = account.staff_id if account else None
        await self.audit.record(AuditEntry(deed, staff_id, visitor.address))


def _too_many(until: datetime, now: datetime) -> Refused:
    seconds = max(1, math.ceil((until - now).total_seconds()))
    return Refused(
        "too_many_attempts",
        N_("Too many attempts. Wait a little, then try again."),
        kind="too_many",
        details={"retry_after": seconds},
    )
