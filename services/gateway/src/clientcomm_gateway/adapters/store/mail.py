"""E-mails that wait: taken from the bus, leased one at a time, forgotten a month later."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_chassis import new_id
from clientcomm_contracts.notices import SendNoticesV1
from clientcomm_gateway.adapters.store.statements import change
from clientcomm_gateway.adapters.store.tables import mail
from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.application.send_link import Once
from clientcomm_gateway.domain.mail import LEASE, Mail
from clientcomm_persistence import Database, ReservedKey, Transaction

log = structlog.get_logger()


class NoticeTaker:
    """Puts notices of other services into the outbox, in the inbox's own transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, transaction: Transaction, commands: Sequence[SendNoticesV1]) -> None:
        """A notice that is here already changes nothing."""
        now = self._clock.now()
        mails = [
            Mail(
                id=notice.id,
                staff_id=notice.staff_id,
                kind=notice.kind.value,
                created_at=now,
                conversation_id=notice.conversation_id,
                department_id=notice.department_id,
                details=notice.details,
            )
            for command in commands
            for notice in command.items
        ]
        await add_mail(transaction, mails)


async def add_mail(transaction: Transaction, mails: Iterable[Mail]) -> None:
    """To be sent as soon as this is committed."""
    rows = sorted((_row(one) for one in mails), key=lambda row: str(row["id"]))
    await transaction.execute(insert(mail).on_conflict_do_nothing(), rows)


class PostgresMailSlot:
    """`application.send_link.MailSlot` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, staff_id: UUID, kind: str, details: dict[str, str], now: datetime) -> None:
        """To be sent as soon as possible."""
        one = Mail(new_id(), staff_id, kind, created_at=now, details=details)
        async with self._database.transaction() as transaction:
            await add_mail(transaction, [one])

    async def put_once(
        self, staff_id: UUID, kind: str, details: dict[str, str], now: datetime, once: Once
    ) -> bool:
        """The same, unless it was done under this key before."""
        one = Mail(new_id(), staff_id, kind, created_at=now, details=details)
        key = ReservedKey.of(once.by, once.key)
        async with self._database.transaction() as transaction:
            if await transaction.answered(key) is not None:
                return False
            await add_mail(transaction, [one])
            transaction.remember_answer(key, {"mail_id": str(one.id)})
            return True


class PostgresMail:
    """`application.send_mail.MailOutbox` on PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def lease(self) -> Mail | None:
        """The next one; until the lease ends nobody else takes it."""
        now = self._clock.now()
        waiting = (
            select(mail.c.id)
            .where(mail.c.next_at <= now)
            .order_by(mail.c.next_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(mail)
            .where(mail.c.id == waiting.scalar_subquery())
            .values(next_at=now + LEASE, attempts=mail.c.attempts + 1)
            .returning(*mail.c)
        )

        async def work(transaction: Transaction) -> Mail | None:
            row = (await transaction.execute(statement)).first()
            return _mail_of(row) if row else None

        return await self._database.run(work)

    async def sent(self, one: Mail) -> None:
        """It has gone; what it said is no longer needed."""
        done: dict[str, Any] = {"next_at": None, "sent_at": self._clock.now(), "details": {}}
        await change(self._database, _held(one).values(**done))

    async def again(self, one: Mail, reason: str) -> None:
        """Later, each time after a longer pause."""
        next_at = one.next_attempt(self._clock.now())
        if next_at is None:
            await self.give_up(one, reason)
            return
        log.warning("mail_waits", mail_id=str(one.id), kind=one.kind, reason=reason)
        await change(self._database, _held(one).values(next_at=next_at))

    async def give_back(self, one: Mail) -> None:
        """It was not tried, so it does not count."""
        fresh = {"next_at": self._clock.now(), "attempts": one.attempts - 1}
        await change(self._database, _held(one).values(**fresh))

    async def give_up(self, one: Mail, reason: str) -> None:
        """It will not be sent."""
        log.warning("mail_given_up", mail_id=str(one.id), kind=one.kind, reason=reason)
        done: dict[str, Any] = {"next_at": None, "given_up_because": reason, "details": {}}
        await change(self._database, _held(one).values(**done))


def _held(one: Mail) -> Update:
    """Only while the lease is still the one that was taken."""
    return update(mail).where(mail.c.id == one.id, mail.c.attempts == one.attempts)


def _row(one: Mail) -> dict[str, Any]:
    return {
        "id": one.id,
        "staff_id": one.staff_id,
        "kind": one.kind,
        "department_id": one.department_id,
        "conversation_id": one.conversation_id,
        "details": dict(one.details),
        "created_at": one.created_at,
        "attempts": 0,
        "next_at": one.created_at,
    }


def _mail_of(row: Any) -> Mail:
    return Mail(
        id=row.id,
        staff_id=row.staff_id,
        kind=row.kind,
        created_at=row.created_at,
        conversation_id=row.conversation_id,
        department_id=row.department_id,
        details=row.details,
        attempts=row.attempts,
    )
