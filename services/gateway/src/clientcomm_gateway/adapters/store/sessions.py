"""Sessions in PostgreSQL; the browser's secret is kept as a hash only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_chassis import new_id
from clientcomm_gateway.adapters.store.accounts import ACCOUNT_COLUMNS, account_of
from clientcomm_gateway.adapters.store.notices import tell_of
from clientcomm_gateway.adapters.store.statements import all_rows, change, first_row
from clientcomm_gateway.adapters.store.tables import account, session
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.secrets import digest, new_secret
from clientcomm_gateway.domain.sessions import Session, SessionLimits, Visitor
from clientcomm_persistence import Database

_COLUMNS = (
    session.c.id,
    session.c.staff_id,
    session.c.token_hash,
    session.c.began_at,
    session.c.last_seen_at,
    session.c.address,
    session.c.agent,
)
_AGENT = 300


class PostgresSessions:
    """`application.ports.Sessions` on PostgreSQL."""

    def __init__(self, database: Database, limits: SessionLimits) -> None:
        self._database = database
        self._limits = limits

    async def begin(self, staff_id: UUID, visitor: Visitor, now: datetime) -> str:
        """A new session; returns the secret that the browser keeps."""
        secret = new_secret()
        row = {
            "id": new_id(),
            "token_hash": digest(secret),
            "staff_id": staff_id,
            "began_at": now,
            "last_seen_at": now,
            "address": visitor.address,
            "agent": visitor.agent[:_AGENT],
        }
        await change(self._database, insert(session).values(row))
        return secret

    async def find(self, secret: str, now: datetime) -> tuple[Session, Account] | None:
        """The living session with this secret, and whose it is."""
        statement = (
            select(*ACCOUNT_COLUMNS, *_COLUMNS)
            .join(account, account.c.staff_id == session.c.staff_id)
            .where(
                session.c.token_hash == digest(secret),
                session.c.ended_at.is_(None),
                account.c.is_active,
            )
        )
        row = await first_row(self._database, statement)
        if row is None:
            return None
        values = tuple(row)
        found = _session_of(values[len(ACCOUNT_COLUMNS) :])
        return None if found.is_over(now, self._limits) else (found, account_of(values))

    async def touch(self, session_id: UUID, now: datetime) -> None:
        """Someone is working in it."""
        seen = update(session).where(session.c.id == session_id).values(last_seen_at=now)
        await change(self._database, seen)

    async def of_staff(self, staff_id: UUID, now: datetime) -> Sequence[Session]:
        """One's living sessions, the latest first."""
        statement = (
            select(*_COLUMNS)
            .where(session.c.staff_id == staff_id, self._alive(now))
            .order_by(session.c.last_seen_at.desc())
        )
        return [_session_of(tuple(row)) for row in await all_rows(self._database, statement)]

    async def alive(self, session_ids: Collection[UUID], now: datetime) -> set[UUID]:
        """Those of these sessions that have not ended."""
        statement = select(session.c.id).where(session.c.id.in_(session_ids), self._alive(now))
        return {row.id for row in await all_rows(self._database, statement)}

    async def end(self, session_id: UUID, *, staff_id: UUID, now: datetime) -> bool:
        """End one session of this person."""
        return bool(await self._end(staff_id, session.c.id == session_id, now))

    async def end_all(
        self, staff_id: UUID, *, now: datetime, but: UUID | None = None
    ) -> Sequence[UUID]:
        """End all sessions of this person, or all but one."""
        which = session.c.id.is_not(None) if but is None else session.c.id != but
        return await self._end(staff_id, which, now)

    async def _end(
        self, staff_id: UUID, which: ColumnElement[bool], now: datetime
    ) -> Sequence[UUID]:
        statement = (
            update(session)
            .where(session.c.staff_id == staff_id, session.c.ended_at.is_(None), which)
            .values(ended_at=now)
            .returning(session.c.id)
        )
        async with self._database.transaction() as transaction:
            ended = (await transaction.execute(statement)).scalars().all()
            await tell_of(transaction, staff_id)
        return ended

    def _alive(self, now: datetime) -> ColumnElement[bool]:
        return and_(
            session.c.ended_at.is_(None),
            session.c.last_seen_at > now - self._limits.idle,
            session.c.began_at > now - self._limits.longest,
        )


def _session_of(row: Sequence[Any]) -> Session:
    session_id, staff_id, token_hash, *rest = row
    return Session(session_id, staff_id, bytes(token_hash), *rest)
