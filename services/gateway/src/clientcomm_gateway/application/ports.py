"""What use cases need of the world: owners behind the bus, the gateway's own rows, hashing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from clientcomm_contracts.contract import Reply, Request
from clientcomm_gateway.domain.accounts import Account, Bearer
from clientcomm_gateway.domain.attempts import Patience
from clientcomm_gateway.domain.audit import AuditEntry
from clientcomm_gateway.domain.sessions import Session, Visitor

R = TypeVar("R", bound=Reply)


class Clock(Protocol):
    """The present instant, aware, in UTC."""

    def now(self) -> datetime: ...


class Owners(Protocol):
    """The services that own what pages show; raises Refused and Unavailable."""

    async def call(
        self,
        request: Request[R],
        *,
        timeout: float = ...,  # noqa: ASYNC109 - it travels with the request as its deadline
    ) -> R: ...


class PasswordHasher(Protocol):
    """Slow hashes, made without holding up other requests."""

    async def hash(self, password: str) -> str: ...
    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for an account without a hash as for one with another password."""
        ...

    def needs_rehash(self, password_hash: str) -> bool: ...


class Accounts(Protocol):
    """Who may sign in."""

    async def by_email(self, email: str) -> Account | None: ...
    async def by_id(self, staff_id: UUID) -> Account | None: ...
    async def with_password(self, staff_ids: Sequence[UUID]) -> frozenset[UUID]: ...
    async def set_password(self, staff_id: UUID, password_hash: str, now: datetime) -> None: ...
    async def set_language(self, staff_id: UUID, language: str) -> None: ...
    async def knows_device(self, device: str, staff_id: UUID) -> bool: ...
    async def remember_device(self, device: str, staff_id: UUID, now: datetime) -> None: ...


class Sessions(Protocol):
    """Browsers that are signed in; what is over is never given."""

    async def begin(self, staff_id: UUID, visitor: Visitor, now: datetime) -> str:
        """A new session; returns the secret that the browser keeps."""
        ...

    async def find(self, secret: str, now: datetime) -> tuple[Session, Account] | None: ...
    async def touch(self, session_id: UUID, now: datetime) -> None: ...
    async def of_staff(self, staff_id: UUID, now: datetime) -> Sequence[Session]: ...
    async def alive(self, session_ids: Collection[UUID], now: datetime) -> set[UUID]: ...
    async def end(self, session_id: UUID, *, staff_id: UUID, now: datetime) -> bool: ...
    async def end_all(
        self, staff_id: UUID, *, now: datetime, but: UUID | None = None
    ) -> Sequence[UUID]: ...


class AttemptCounter(Protocol):
    """Wrong sign-ins by key."""

    async def begin(self, keys: Sequence[tuple[str, Patience]], now: datetime) -> datetime | None:
        """Count an attempt under all keys at once, or say until when to wait, counting nothing."""
        ...

    async def succeeded(self, *, forget: Sequence[str], undo: Sequence[str]) -> None: ...


class Tokens(Protocol):
    """API tokens."""

    async def bearer(self, token: str, now: datetime) -> Bearer | None: ...


class Audit(Protocol):
    """The log that can only grow; written before the answer leaves."""

    async def record(self, *entries: AuditEntry) -> None: ...
