"""First-run set-up: an organisation, a department, and somebody who can sign in."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.set_up import GetSetUpState, SetUpInstallation
from clientcomm_contracts.faults import Refused, Unavailable, not_found
from clientcomm_gateway.application.change_password import check_new
from clientcomm_gateway.application.ports import (
    AttemptCounter,
    Audit,
    Clock,
    Owners,
    PasswordHasher,
    Sessions,
)
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.attempts import ADDRESS
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.passwords import normalised
from clientcomm_gateway.domain.sessions import Visitor
from clientcomm_gateway.domain.set_up_code import is_set_up_code
from clientcomm_gateway.domain.words import N_

_NOBODY = UUID(int=0)
_STATE_WITHIN = 2.0


class FirstAccount(Protocol):
    """Where the first account is kept until conversations has told of it."""

    async def add(self, account: Account) -> None: ...

    async def is_there(self) -> bool:
        """Whether anybody has an account; then there is nothing left to set up."""
        ...


@dataclass(frozen=True, slots=True)
class Typed:
    """What guards the set-up, and the first password."""

    code: str
    new_password: str
    new_password_again: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """Possible once, with the code that the stack has printed."""

    owners: Owners
    first: FirstAccount
    attempts: AttemptCounter
    sessions: Sessions
    hasher: PasswordHasher
    audit: Audit
    clock: Clock
    secret_key: str

    async def is_needed(self) -> bool:
        """Whether nobody can sign in before it is set up; False while that cannot be asked."""
        try:
            if await self.first.is_there():
                return False
            return (await self.owners.call(GetSetUpState(), timeout=_STATE_WITHIN)).is_needed
        except Unavailable:
            return False

    async def require_needed(self) -> None:
        """Refused as not found once there is an organisation."""
        if not (await self.owners.call(GetSetUpState())).is_needed:
            raise not_found("page")

    async def __call__(self, wanted: SetUpInstallation, typed: Typed, visitor: Visitor) -> str:
        """The first session's secret. Raises Refused with the field at fault."""
        await self.require_needed()
        await self._check_code(typed.code, visitor)
        email, name = wanted.email.strip().lower(), wanted.full_name.strip()
        draft = Account(_NOBODY, email, name, "en", True, (), None)
        check_new(draft, typed.new_password, typed.new_password_again)
        password_hash = await self.hasher.hash(normalised(typed.new_password))
        made = await self.owners.call(wanted, timeout=10.0)
        account = Account(made.staff_id, email, name, "en", True, (), password_hash)
        await self.first.add(account)
        subjects = (made.organisation_id, made.department_id, made.staff_id)
        deed = AuditEntry(Deed.INSTALLATION_SET_UP, made.staff_id, visitor.address, subjects)
        await self.audit.record(deed)
        return await self.sessions.begin(made.staff_id, visitor, self.clock.now())

    async def _check_code(self, code: str, visitor: Visitor) -> None:
        key = f"set-up from {visitor.address}"
        if await self.attempts.begin([(key, ADDRESS)], self.clock.now()) is not None:
            raise Refused(
                "too_many_attempts",
                N_("Too many attempts. Wait a little, then try again."),
                kind="too_many",
                field="code",
            )
        if not is_set_up_code(code, self.secret_key):
            raise Refused(
                "wrong_code",
                N_("This is not the code. Look for it where ClientComm was started."),
                kind="not_allowed",
                field="code",
            )
        await self.attempts.succeeded(forget=[key], undo=[])
