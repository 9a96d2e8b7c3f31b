"""Who calls: the bearer of an API token, within the rate that it may call."""

import math
import time
from dataclasses import dataclass, field
from typing import Annotated, TypeVar
from uuid import UUID, uuid4

from fastapi import Depends, Header, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from clientcomm_contracts.contract import Reply
from clientcomm_contracts.contract import Request as Question
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_gateway.adapters.api.fields import IdempotencyKey
from clientcomm_gateway.adapters.api.repeating import repeat_key_of
from clientcomm_gateway.adapters.http.edge import ADDRESS
from clientcomm_gateway.application.ports import Audit, Clock, Owners, Tokens
from clientcomm_gateway.domain.accounts import Bearer
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.rates import Bucket

R = TypeVar("R", bound=Reply)

_NOTE_USE_EVERY = 600.0
_NOTE_REFUSAL_EVERY = 1.0
_MOST_KEPT = 10_000

scheme = HTTPBearer(
    auto_error=False, scheme_name="token", description="An API token: `Bearer cc_…`"
)


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """How many calls per second a token may make, and how many at once."""

    rate: float
    burst: float


@dataclass(slots=True)
class Gatekeeper:
    """Knows tokens, counts their calls, and notes their use."""

    owners: Owners
    tokens: Tokens
    audit: Audit
    machine_clock: Clock
    limits: ApiLimits
    _buckets: dict[UUID, Bucket] = field(default_factory=dict)
    _noted: dict[str, float] = field(default_factory=dict)

    async def admit(self, token: str | None, address: str) -> Bearer:
        """The bearer; raises 401 for none, 429 for too many calls."""
        bearer = await self.tokens.bearer(token, self.machine_clock.now()) if token else None
        if bearer is None:
            await self._note_refusal(token, address)
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        wait = self._bucket(bearer.token_id).draw(time.monotonic())
        if wait:
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})
        await self._note_use(bearer, address)
        return bearer

    def _bucket(self, token_id: UUID) -> Bucket:
        if len(self._buckets) > _MOST_KEPT:
            self._buckets.clear()
        bucket = self._buckets.get(token_id)
        if bucket is None:
            bucket = Bucket.full(self.limits.rate, self.limits.burst, time.monotonic())
            self._buckets[token_id] = bucket
        return bucket

    async def _note_use(self, bearer: Bearer, address: str) -> None:
        """Once in ten minutes per token and address: each call's effect has its own record."""
        if self._is_time(f"{bearer.token_id} {address}", _NOTE_USE_EVERY):
            entry = AuditEntry(Deed.TOKEN_USED, bearer.staff_id, address, token_id=bearer.token_id)
            await self.audit.record(entry)

    async def _note_refusal(self, token: str | None, address: str) -> None:
        if token and self._is_time(address, _NOTE_REFUSAL_EVERY):
            await self.audit.record(AuditEntry(Deed.TOKEN_REFUSED, None, address))

    def _is_time(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if self._noted.get(what, -every) + every > now:
            return False
        if len(self._noted) > _MOST_KEPT:
            self._noted.clear()
        self._noted[what] = now
        return True


@dataclass(frozen=True, slots=True)
class Caller:
    """A call of someone with a token."""

    bearer: Bearer
    gatekeeper: Gatekeeper
    address: str
    path: str
    key: str | None

    @property
    def asker(self) -> Asker:
        """On whose behalf owners are asked."""
        return Asker(staff_id=self.bearer.staff_id)

    @property
    def staff_id(self) -> UUID:
        """Whose token it is."""
        return self.bearer.staff_id

    async def ask(self, question: Question[R], *, within: float = 5.0) -> R:
        """Ask an owner."""
        return await self.gatekeeper.owners.call(question, timeout=within)

    async def note(self, *entries: AuditEntry) -> None:
        """Write into the audit log, before the answer leaves."""
        await self.gatekeeper.audit.record(*entries)

    async def note_deed(self, deed: Deed, *subjects: UUID, **details: str) -> None:
        """The same for one deed of this caller."""
        await self.note(
            AuditEntry(deed, self.staff_id, self.address, subjects, self.bearer.token_id, details)
        )

    def repeat_key(self, body: BaseModel | None = None) -> RepeatKey:
        """What makes the call harmless to repeat; without a key of the caller's, a fresh one."""
        return repeat_key_of(self.key or uuid4().hex, self.path, body)

    def repeat_key_if_given(self, body: BaseModel | None = None) -> RepeatKey | None:
        """The same, or none."""
        return repeat_key_of(self.key, self.path, body) if self.key else None


async def caller_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
) -> Caller:
    """Who calls, without a key (GET)."""
    return await _caller(request, credentials, None)


async def repeatable_caller_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
    idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
) -> Caller:
    """Who calls, perhaps with a key (POST)."""
    return await _caller(request, credentials, idempotency_key)


async def keyed_caller_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
    idempotency_key: Annotated[IdempotencyKey, Header()],
) -> Caller:
    """Who calls, with a key without which texts might go out twice."""
    return await _caller(request, credentials, idempotency_key)


async def _caller(
    request: Request, credentials: HTTPAuthorizationCredentials | None, key: str | None
) -> Caller:
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    address = str(request.scope[ADDRESS])
    token = credentials.credentials if credentials else None
    bearer = await gatekeeper.admit(token, address)
    return Caller(bearer, gatekeeper, address, request.url.path, key)


Reading = Annotated[Caller, Depends(caller_of)]
Writing = Annotated[Caller, Depends(repeatable_caller_of)]
Sending = Annotated[Caller, Depends(keyed_caller_of)]
