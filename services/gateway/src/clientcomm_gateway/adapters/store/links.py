"""One-time links that e-mails carry (rule 1.4); only hashes of their secrets are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_gateway.adapters.store.statements import change, first_row
from clientcomm_gateway.adapters.store.tables import account, one_time_link
from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.domain.mail import LinkKind, Mail
from clientcomm_gateway.domain.secrets import digest, signature
from clientcomm_persistence import Database, Transaction


class PostgresLinks:
    """Makes links; a link lasts from the moment when its e-mail leaves."""

    def __init__(self, database: Database, clock: Clock, secret_key: str) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key

    async def make(self, mail: Mail, kind: LinkKind) -> str:
        """The secret of this e-mail's link, computed so that no table holds it."""
        secret = signature(self._secret_key, f"link {kind.value}", mail.id.bytes)
        now = self._clock.now()
        fresh = insert(one_time_link).values(
            token_hash=digest(secret),
            staff_id=mail.staff_id,
            kind=kind.value,
            made_at=now,
            expires_at=now + kind.lasts,
        )
        again = fresh.on_conflict_do_update(
            index_elements=["token_hash"], set_={"expires_at": fresh.excluded.expires_at}
        )
        await change(self._database, again)
        return secret

    async def whose(self, secret: str, kind: LinkKind, now: datetime) -> UUID | None:
        """Whose link this is, while it may be followed."""
        statement = select(one_time_link.c.staff_id).where(_open(secret, kind, now))
        row = await first_row(self._database, statement)
        return row.staff_id if row else None

    async def redeem(
        self, secret: str, kind: LinkKind, *, password_hash: str, now: datetime
    ) -> UUID | None:
        """The first who comes sets the password; all other links of this person end with it."""
        used = (
            update(one_time_link)
            .where(_open(secret, kind, now))
            .values(used_at=now)
            .returning(one_time_link.c.staff_id)
        )

        async def work(transaction: Transaction) -> UUID | None:
            staff_id: UUID | None = (await transaction.execute(used)).scalar_one_or_none()
            if staff_id is not None:
                await transaction.execute(_end_others(staff_id, now))
                await transaction.execute(_set_password(staff_id, password_hash, now))
            return staff_id

        return await self._database.run(work)


def _open(secret: str, kind: LinkKind, now: datetime) -> ColumnElement[bool]:
    return and_(
        one_time_link.c.token_hash == digest(secret),
        one_time_link.c.kind == kind.value,
        one_time_link.c.used_at.is_(None),
        one_time_link.c.expires_at > now,
    )


def _end_others(staff_id: UUID, now: datetime) -> Update:
    return (
        update(one_time_link)
        .where(one_time_link.c.staff_id == staff_id, one_time_link.c.used_at.is_(None))
        .values(used_at=now)
    )


def _set_password(staff_id: UUID, password_hash: str, now: datetime) -> Update:
    return (
        update(account)
        .where(account.c.staff_id == staff_id)
        .values(password_hash=password_hash, password_changed_at=now)
    )
