"""Accounts, and the browsers that signed in to them before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_contracts.conversations.events import StaffChangedV1
from clientcomm_gateway.adapters.store.notices import tell_of
from clientcomm_gateway.adapters.store.statements import all_rows, change, first_row
from clientcomm_gateway.adapters.store.tables import (
    account,
    api_token,
    known_device,
    one_time_link,
    session,
)
from clientcomm_gateway.domain.accounts import Account, roles_of
from clientcomm_gateway.domain.secrets import digest
from clientcomm_persistence import Database, Transaction

ACCOUNT_COLUMNS = (
    account.c.staff_id,
    account.c.email,
    account.c.full_name,
    func.coalesce(account.c.chosen_language, account.c.language),
    account.c.is_active,
    account.c.roles,
    account.c.password_hash,
)


def account_of(row: Sequence[Any]) -> Account:
    """The account in a row that begins with its columns."""
    staff_id, email, full_name, language, is_active, roles, password_hash = row[:7]
    return Account(staff_id, email, full_name, language, is_active, roles_of(roles), password_hash)


class PostgresAccounts:
    """`application.ports.Accounts` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_email(self, email: str) -> Account | None:
        """Who signs in under this address; the active one if an address changed hands."""
        statement = (
            select(*ACCOUNT_COLUMNS)
            .where(func.lower(account.c.email) == email.lower())
            .order_by(account.c.is_active.desc(), account.c.password_hash.is_(None))
            .limit(1)
        )
        return await self._one(statement)

    async def by_id(self, staff_id: UUID) -> Account | None:
        """One account."""
        return await self._one(select(*ACCOUNT_COLUMNS).where(account.c.staff_id == staff_id))

    async def with_password(self, staff_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those who have chosen a password."""
        statement = select(account.c.staff_id).where(
            account.c.staff_id.in_(staff_ids), account.c.password_hash.is_not(None)
        )
        return frozenset(row.staff_id for row in await all_rows(self._database, statement))

    async def set_password(self, staff_id: UUID, password_hash: str, now: datetime) -> None:
        """Replace the hash."""
        await change(
            self._database,
            update(account)
            .where(account.c.staff_id == staff_id)
            .values(password_hash=password_hash, password_changed_at=now),
        )

    async def set_language(self, staff_id: UUID, language: str) -> None:
        """The language of one's pages."""
        await change(
            self._database,
            update(account).where(account.c.staff_id == staff_id).values(chosen_language=language),
        )

    async def knows_device(self, device: str, staff_id: UUID) -> bool:
        """Whether this browser signed in to this account before."""
        statement = select(known_device.c.staff_id).where(
            known_device.c.device_hash == digest(device), known_device.c.staff_id == staff_id
        )
        return await first_row(self._database, statement) is not None

    async def remember_device(self, device: str, staff_id: UUID, now: datetime) -> None:
        """This browser signed in to this account."""
        statement = insert(known_device).values(
            device_hash=digest(device), staff_id=staff_id, first_at=now, last_at=now
        )
        again = statement.on_conflict_do_update(
            index_elements=["device_hash", "staff_id"], set_={"last_at": now}
        )
        await change(self._database, again)

    async def _one(self, statement: Select[Any]) -> Account | None:
        row = await first_row(self._database, statement)
        return account_of(tuple(row)) if row else None


class PostgresFirstAccount:
    """`application.set_up.FirstAccount`; the event of its making fills in the rest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_there(self) -> bool:
        """Whether anybody is known here."""
        return await has_accounts(self._database)

    async def add(self, one: Account) -> None:
        """The account with its password, whether the event was here before or not."""
        row = insert(account).values(
            staff_id=one.staff_id,
            email=one.email,
            full_name=one.full_name,
            language=one.language,
            is_active=one.is_active,
            roles=[],
            sequence=0,
            password_hash=one.password_hash,
        )
        again = row.on_conflict_do_update(
            index_elements=["staff_id"], set_={"password_hash": one.password_hash}
        )
        await change(self._database, again)


async def has_accounts(database: Database) -> bool:
    """Whether anybody is known here."""
    return await first_row(database, select(account.c.staff_id).limit(1)) is not None


async def apply_staff_changes(transaction: Transaction, events: Sequence[StaffChangedV1]) -> None:
    """Keep accounts as conversations tells; deactivation ends every session and token at once."""
    for event in sorted(events, key=lambda each: each.sequence):
        known = await _deactivations_known(transaction, event)
        if await _apply(transaction, event):
            if not event.is_active or event.deactivations > known:
                await _end_everything(transaction, event)
            await tell_of(transaction, event.aggregate_id)


async def _deactivations_known(transaction: Transaction, event: StaffChangedV1) -> int:
    statement = (
        select(account.c.deactivations)
        .where(account.c.staff_id == event.aggregate_id)
        .with_for_update()
    )
    return (await transaction.execute(statement)).scalar_one_or_none() or 0


async def _apply(transaction: Transaction, event: StaffChangedV1) -> bool:
    values = {
        "email": event.email,
        "full_name": event.full_name,
        "language": event.language,
        "is_active": event.is_active,
        "roles": [role.model_dump(mode="json") for role in event.roles],
        "sequence": event.sequence,
        "deactivations": event.deactivations,
    }
    statement = (
        insert(account)
        .values(staff_id=event.aggregate_id, **values)
        .on_conflict_do_update(
            index_elements=["staff_id"], set_=values, where=account.c.sequence < event.sequence
        )
        .returning(account.c.staff_id)
    )
    return (await transaction.execute(statement)).first() is not None


async def _end_everything(transaction: Transaction, event: StaffChangedV1) -> None:
    """Sessions, tokens, links and the password: who comes back chooses a new one."""
    for table in (session, api_token):
        await transaction.execute(
            update(table)
            .where(table.c.staff_id == event.aggregate_id, table.c.ended_at.is_(None))
            .values(ended_at=event.occurred_at)
        )
    await transaction.execute(
        update(one_time_link)
        .where(one_time_link.c.staff_id == event.aggregate_id, one_time_link.c.used_at.is_(None))
        .values(used_at=event.occurred_at)
    )
    await transaction.execute(
        update(account).where(account.c.staff_id == event.aggregate_id).values(password_hash=None)
    )
