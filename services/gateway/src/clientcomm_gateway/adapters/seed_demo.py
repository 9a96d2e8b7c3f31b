"""Passwords and API tokens for the demo's made-up people, written where only we can read."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from clientcomm_chassis import SystemClock
from clientcomm_gateway.adapters.hashing import Argon2Hasher
from clientcomm_gateway.adapters.store.tables import account
from clientcomm_gateway.adapters.store.tokens import add_token
from clientcomm_gateway.domain.origins import OwnOrigin
from clientcomm_gateway.domain.secrets import new_api_token
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_persistence import Database, Transaction

log = structlog.get_logger()

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_OWNER_ONLY = 0o600

Person = Mapping[str, Any]


async def seed_demo(settings: GatewaySettings, database: Database) -> int:
    """Read `demo-people.json`, write accounts into `demo.json`; nothing for those who have one.

    Refused with a public URL that is not loopback.
    """
    if not OwnOrigin(settings.origin_url).is_loopback:
        log.error("demo_refused", reason="public URL is not loopback")
        return 2
    source = settings.state_dir / "demo-people.json"
    if not source.exists():
        log.error("demo_people_missing")
        return 2
    demo = json.loads(source.read_text())
    people: Sequence[Person] = demo["accounts"]
    made = [one for person in people if (one := await _seed_person(database, person))]
    if made:
        target = settings.state_dir / "demo.json"
        _write_private(target, {"departments": demo["departments"], "accounts": made})
    log.info("demo_people_seeded", count=len(made))
    return 0


async def _seed_person(database: Database, person: Person) -> dict[str, Any] | None:
    password, token = _password(), new_api_token()
    password_hash = await Argon2Hasher().hash(password)
    async with database.transaction() as transaction:
        if not await _give_password(transaction, person, password_hash):
            return None
        await add_token(
            transaction,
            token,
            staff_id=UUID(person["staff_id"]),
            title="Demo",
            now=SystemClock().now(),
            expires_at=None,
        )
    return {
        "email": person["email"],
        "password": password,
        "roles": person["roles"],
        "department": person.get("department"),
        "token": token,
    }


async def _give_password(transaction: Transaction, person: Person, password_hash: str) -> bool:
    """False if this person has a password; the rest of the account follows by event."""
    staff_id = UUID(person["staff_id"])
    row = {
        "staff_id": staff_id,
        "email": person["email"],
        "full_name": person.get("full_name") or person["email"],
        "language": person.get("language", "en"),
        "is_active": True,
        "roles": [{"role": role, "department_id": None} for role in person["roles"]],
        "sequence": 0,
    }
    await transaction.execute(insert(account).values(row).on_conflict_do_nothing())
    known = select(account.c.password_hash).where(account.c.staff_id == staff_id)
    if (await transaction.execute(known)).scalar_one() is not None:
        return False
    await transaction.execute(
        update(account)
        .where(account.c.staff_id == staff_id)
        .values(password_hash=password_hash, password_changed_at=SystemClock().now())
    )
    return True


def _password() -> str:
    """About 79 random bits that one can read out and type."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _write_private(path: Path, content: Mapping[str, object]) -> None:
    temporary = path.with_suffix(".json.new")
    with os.fdopen(
        os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w"
    ) as file:
        json.dump(content, file, indent=2)
    temporary.replace(path)
