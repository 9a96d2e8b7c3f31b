"""What is done before the first service starts: databases, migrations, broker users, topology."""

import asyncio
import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from clientcomm_contracts import topology
from clientcomm_local.access import SUBSCRIBERS, broker_user, service_access, subscriber_access
from clientcomm_local.databases import (
    DatabaseUrls,
    Roles,
    check_server,
    create_database,
    create_roles,
)
from clientcomm_local.definitions import Definitions
from clientcomm_local.management import Management
from clientcomm_local.state import Secrets

VIRTUAL_HOST = "clientcomm"


class PreparationFailedError(Exception):
    """A step before the start failed; says which, and what it printed."""


def definitions(secrets: Secrets) -> Definitions:
    """Users, rights and virtual hosts of the stack."""
    services = service_access(VIRTUAL_HOST, secrets.broker_passwords())
    outside = subscriber_access(SUBSCRIBERS, secrets["broker_export"])
    return Definitions(
        users=services.users,
        virtual_hosts=[*services.virtual_hosts, *outside.virtual_hosts],
        grants=[*services.grants, *outside.grants],
        topic_grants=services.topic_grants,
    )


async def prepare_databases(admin_url: str, secrets: Secrets) -> dict[str, DatabaseUrls]:
    """A database and two roles for each service."""
    await asyncio.to_thread(check_server, admin_url)
    made = await asyncio.gather(
        *(
            asyncio.to_thread(_prepare_database, admin_url, service, secrets)
            for service in topology.SERVICES
        )
    )
    return dict(zip(topology.SERVICES, made, strict=True))


def _prepare_database(admin_url: str, service: str, secrets: Secrets) -> DatabaseUrls:
    roles = Roles.of(
        service,
        password=secrets[f"database_{service}"],
        owner_password=secrets[f"owner_{service}"],
    )
    create_roles(admin_url, roles)
    return create_database(admin_url, f"clientcomm_{service}", roles)


def broker_urls(admin_url: str, secrets: Secrets) -> dict[str, str]:
    """The address of each service's own user on a broker that has them."""
    return {
        service: with_user(
            admin_url,
            user=broker_user(service, "clientcomm"),
            password=secrets[f"broker_{service}"],
            virtual_host=VIRTUAL_HOST,
        )
        for service in topology.SERVICES
    }


async def prepare_foreign_broker(url: str, management_url: str | None, secrets: Secrets) -> bool:
    """Create users and virtual hosts on a broker of others; False if it has no management plug-in.

    Without it nobody can create users by AMQP: all services then share the given address.
    """
    parts = urlsplit(url)
    management = (
        Management(management_url, user=parts.username or "", password=parts.password or "")
        if management_url
        else Management.beside(url)
    )
    if not await asyncio.to_thread(management.is_there):
        return False
    everything = definitions(secrets).including(
        users=[], virtual_hosts=[], owner=parts.username or "guest"
    )
    await asyncio.to_thread(management.load, everything.as_json())
    return True


async def run_command(service: str, command: str, *, environment: Mapping[str, str]) -> str:
    """What a service's command prints, run to its end; raises PreparationFailedError."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"clientcomm_{service}",
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await child.communicate()
    if child.returncode:
        raise PreparationFailedError(f"{service} {command} failed:\n{output.decode()[-4000:]}")
    return output.decode()


def fingerprint(service: str, database: DatabaseUrls) -> str:
    """Changes when a service's migrations change or its database is another one."""
    digest = hashlib.sha256()
    for script in sorted(_migrations(service)):
        digest.update(script.name.encode() + script.read_bytes())
    with psycopg.connect(database.owner) as connection:
        row = connection.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = %s)"
            " FROM pg_control_system()",
            [database.name],
        ).fetchone()
    digest.update(repr(row).encode())
    return digest.hexdigest()


def _migrations(service: str) -> list[Path]:
    spec = importlib.util.find_spec(f"clientcomm_{service}")
    if spec is None or spec.origin is None:
        return []
    return list(Path(spec.origin).parent.glob("**/migrations/**/*.py"))


def with_user(url: str, *, user: str, password: str, virtual_host: str) -> str:
    """The same broker for another user and virtual host."""
    parts = urlsplit(url)
    _, _, host = parts.netloc.rpartition("@")
    netloc = f"{quote(user)}:{quote(password)}@{host}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{quote(virtual_host, safe='')}"))


def at_virtual_host(url: str, virtual_host: str) -> str:
    """The same user in another virtual host."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(virtual_host, safe='')}"))
