"""API tokens in PostgreSQL, with a short memory so that each call need not ask for its token."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_chassis import new_id
from clientcomm_gateway.adapters.store.statements import change, first_row
from clientcomm_gateway.adapters.store.tables import account, api_token
from clientcomm_gateway.domain.accounts import Bearer, roles_of
from clientcomm_gateway.domain.secrets import TOKEN_PREFIX, digest
from clientcomm_persistence import Database, Transaction

_REMEMBER = 15.0
_MOST = 5_000
_NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Remembered:
    bearer: Bearer
    until: float
    expires_at: datetime | None


class PostgresTokens:
    """`application.ports.Tokens`; `forget` is called when anything about a person changed.

    Nothing is remembered while `is_listening` is false, since then no change would be heard of.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[bytes, _Remembered] = {}
        self.is_listening = False

    async def bearer(self, token: str, now: datetime) -> Bearer | None:
        """Whose token this is, if it is one and still holds."""
        if not token.startswith(TOKEN_PREFIX):
            return None
        mark = digest(token)
        held = self._remembered.get(mark)
        if held is not None and held.until > time.monotonic() and not _is_past(held, now):
            return held.bearer
        return await self._look_up(mark, now)

    def forget(self, staff_id: UUID | None = None) -> None:
        """Forget the tokens of one person, or all."""
        self._remembered = {
            mark: held
            for mark, held in self._remembered.items()
            if staff_id is not None and held.bearer.staff_id != staff_id
        }

    async def _look_up(self, mark: bytes, now: datetime) -> Bearer | None:
        listening = self.is_listening
        row = await first_row(self._database, _find(mark, now))
        if row is None:
            return None
        if row.last_used_at is None or row.last_used_at < now - _NOTE_USE_EVERY:
            await change(self._database, _used(row.id, now))
        bearer = Bearer(row.id, row.staff_id, roles_of(row.roles))
        if listening and self.is_listening:
            self._remember(mark, _Remembered(bearer, time.monotonic() + _REMEMBER, row.expires_at))
        return bearer

    def _remember(self, mark: bytes, held: _Remembered) -> None:
        if len(self._remembered) >= _MOST:
            self._remembered.clear()
        self._remembered[mark] = held


def _is_past(held: _Remembered, now: datetime) -> bool:
    return held.expires_at is not None and held.expires_at <= now


def _find(mark: bytes, now: datetime) -> Select[Any]:
    token = api_token
    return (
        select(
            token.c.id,
            token.c.staff_id,
            token.c.last_used_at,
            token.c.expires_at,
            account.c.roles,
        )
        .join(account, account.c.staff_id == token.c.staff_id)
        .where(
            token.c.token_hash == mark,
            token.c.ended_at.is_(None),
            or_(token.c.expires_at.is_(None), token.c.expires_at > now),
            account.c.is_active,
        )
    )


def _used(token_id: UUID, now: datetime) -> Update:
    return update(api_token).where(api_token.c.id == token_id).values(last_used_at=now)


async def add_token(
    transaction: Transaction,
    token: str,
    *,
    staff_id: UUID,
    title: str,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    """Keep a new token's hash."""
    await transaction.execute(
        insert(api_token).values(
            id=new_id(),
            token_hash=digest(token),
            staff_id=staff_id,
            title=title,
            created_at=now,
            expires_at=expires_at,
        )
    )
