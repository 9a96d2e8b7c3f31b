"""Commands by which an installation's first people get a password and a token."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from clientcomm_chassis import SystemClock
from clientcomm_gateway.adapters.hashing import Argon2Hasher
from clientcomm_gateway.adapters.store.accounts import PostgresAccounts, has_accounts
from clientcomm_gateway.adapters.store.sessions import PostgresSessions
from clientcomm_gateway.adapters.store.tokens import add_token
from clientcomm_gateway.application.change_password import WORDS
from clientcomm_gateway.domain.passwords import normalised, problem_with
from clientcomm_gateway.domain.secrets import new_api_token
from clientcomm_gateway.domain.sessions import SessionLimits
from clientcomm_gateway.domain.set_up_code import set_up_code
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_persistence import Database

_UNKNOWN = "nobody has this e-mail address (it comes from conversations; is that running?)\n"


async def set_password(arguments: Sequence[str], database: Database) -> int:
    """`set-password EMAIL`: reads the password from standard input; ends every session."""
    parser = argparse.ArgumentParser(prog="set-password")
    parser.add_argument("email")
    email = parser.parse_args(arguments).email
    accounts = PostgresAccounts(database)
    account = await accounts.by_email(email)
    if account is None:
        sys.stderr.write(_UNKNOWN)
        return 1
    password = sys.stdin.readline().rstrip("\n")
    if problem := problem_with(password, (account.email, account.full_name)):
        sys.stderr.write(f"{WORDS[problem]}\n")
        return 1
    now = SystemClock().now()
    fresh = await Argon2Hasher().hash(normalised(password))
    await accounts.set_password(account.staff_id, fresh, now)
    await PostgresSessions(database, SessionLimits()).end_all(account.staff_id, now=now)
    return 0


async def new_token(arguments: Sequence[str], database: Database) -> int:
    """`new-token EMAIL TITLE [--days N]`: prints a token, this once."""
    parser = argparse.ArgumentParser(prog="new-token")
    parser.add_argument("email")
    parser.add_argument("title", help="what it is for")
    parser.add_argument("--days", type=int, help="until it expires; never if left out")
    asked = parser.parse_args(arguments)
    account = await PostgresAccounts(database).by_email(asked.email)
    if account is None:
        sys.stderr.write(_UNKNOWN)
        return 1
    now, token = SystemClock().now(), new_api_token()
    async with database.transaction() as transaction:
        await add_token(
            transaction,
            token,
            staff_id=account.staff_id,
            title=asked.title,
            now=now,
            expires_at=now + timedelta(days=asked.days) if asked.days else None,
        )
    sys.stdout.write(f"{token}\n")
    return 0


async def print_set_up_code(settings: GatewaySettings, database: Database) -> int:
    """`set-up-code`: where to set up an empty installation, and the code for it; else nothing."""
    if not await has_accounts(database):
        code = set_up_code(settings.secret_key.get_secret_value())
        sys.stdout.write(f"{settings.origin_url}/set-up  code {code}\n")
    return 0
