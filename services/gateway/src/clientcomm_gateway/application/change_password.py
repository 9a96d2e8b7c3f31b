"""Change one's own password (rules 1.4, 1.7): asks for the current one, ends every session."""

from dataclasses import dataclass

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
from clientcomm_gateway.domain.attempts import ACQUAINTANCE
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.passwords import PasswordProblem, normalised, problem_with
from clientcomm_gateway.domain.sessions import Visitor
from clientcomm_gateway.domain.words import N_

WORDS = {
    PasswordProblem.TOO_SHORT: N_("Use at least 12 characters. A short sentence works well."),
    PasswordProblem.TOO_LONG: N_("Use at most 128 characters."),
    PasswordProblem.COMMON: N_("This is among the passwords that are guessed first. Use another."),
    PasswordProblem.PERSONAL: N_("This is your name or address with little added. Use another."),
}


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Sets a new password and signs out everywhere; the browser that asked signs in anew."""

    accounts: Accounts
    attempts: AttemptCounter
    sessions: Sessions
    hasher: PasswordHasher
    audit: Audit
    clock: Clock

    async def __call__(
        self, account: Account, current: str, new: str, again: str, visitor: Visitor
    ) -> str:
        """The new session's secret. Raises Refused with the field at fault."""
        await self._check_current(account, current, visitor)
        check_new(account, new, again)
        now = self.clock.now()
        fresh = await self.hasher.hash(normalised(new))
        await self.accounts.set_password(account.staff_id, fresh, now)
        await self.sessions.end_all(account.staff_id, now=now)
        await self.audit.record(
            AuditEntry(Deed.PASSWORD_CHANGED, account.staff_id, visitor.address)
        )
        return await self.sessions.begin(account.staff_id, visitor, now)

    async def _check_current(self, account: Account, current: str, visitor: Visitor) -> None:
        key = f"password {account.staff_id}"
        if await self.attempts.begin([(key, ACQUAINTANCE)], self.clock.now()) is not None:
            raise Refused(
                "too_many_attempts",
                N_("Too many attempts. Wait a little, then try again."),
                kind="too_many",
                field="current_password",
            )
        if not await self.hasher.verify(account.password_hash, normalised(current)):
            entry = AuditEntry(Deed.PASSWORD_CHANGE_FAILED, account.staff_id, visitor.address)
            await self.audit.record(entry)
            raise Refused(
                "wrong_password", N_("This is not your password."), field="current_password"
            )
        await self.attempts.succeeded(forget=[key], undo=[])


def check_new(account: Account, new: str, again: str) -> None:
    """Refuse a password that cannot be used, beside its field."""
    problem = problem_with(new, (account.email, account.full_name))
    if problem is not None:
        raise Refused(f"password_{problem}", WORDS[problem], field="new_password")
    if normalised(new) != normalised(again):
        raise Refused(
            "passwords_differ", N_("The two passwords differ."), field="new_password_again"
        )
