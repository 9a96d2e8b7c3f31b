"""Fresh databases for tests: empty ones, and copies of a service's migrated template."""

import itertools
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from clientcomm_contracts import topology
from clientcomm_local.databases import (
    DatabaseUrls,
    Roles,
    create_database,
    create_roles,
    drop_database,
    urls_of,
)
from clientcomm_testkit.dropping import dropper_of
from clientcomm_testkit.run_folder import Facts, RunFolder

_PREFIX = "clientcomm_test"
_numbers = itertools.count(1)


class MigrationFailedError(Exception):
    """A service's `migrate` command failed; says what it printed."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running PostgreSQL server of which databases can be had."""

    admin_url: str
    run: RunFolder

    def empty(self, service: str = "gateway") -> DatabaseUrls:
        """A fresh database without tables."""
        return create_database(self.admin_url, _fresh_name(service), self._roles(service))

    def migrated(self, service: str) -> DatabaseUrls:
        """A fresh copy of the service's tables as its migrations make them."""
        template = self.run.once(f"template-{service}", lambda: self._make_template(service))
        roles = self._roles(service)
        with self.run.locked(f"template-{service}"):  # one copy of a template at a time
            name = _fresh_name(service)
            return create_database(self.admin_url, name, roles, template=template["name"])

    def drop(self, database: DatabaseUrls) -> None:
        """Let a database be dropped soon, together with the sessions in it."""
        dropper_of(self.admin_url).drop(database.name)

    def wait_for_drops(self, *, seconds: float = 180) -> bool:
        """Wait until every database of this process is dropped; whether they are."""
        return dropper_of(self.admin_url).wait(seconds=seconds)

    def drop_templates(self) -> None:
        """Leave nothing of this run behind on a server that was there before."""
        for service in topology.SERVICES:
            if template := self.run.read(f"template-{service}"):
                drop_database(self.admin_url, template["name"])

    def _roles(self, service: str) -> Roles:
        def make() -> Facts:
            facts = {name: secrets.token_urlsafe(18) for name in ("password", "owner_password")}
            create_roles(self.admin_url, Roles.of(service, prefix=_PREFIX, **facts))
            return facts

        return Roles.of(service, prefix=_PREFIX, **self.run.once(f"roles-{service}", make))

    def _make_template(self, service: str) -> Facts:
        roles = self._roles(service)
        name = _fresh_name(f"{service}_template")
        create_database(self.admin_url, name, roles)
        migrate(service, urls_of(self.admin_url, name, roles))
        return {"name": name}


def migrate(service: str, database: DatabaseUrls) -> None:
    """Run a service's own `migrate` command on a database."""
    with tempfile.TemporaryDirectory(prefix="clientcomm-migrate-") as folder:
        finished = subprocess.run(
            [sys.executable, "-m", f"clientcomm_{service}", "migrate"],
            env={**os.environ, **service_environment(database, state_dir=folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    if finished.returncode:
        raise MigrationFailedError(f"{service}: {finished.stdout}\n{finished.stderr}")


def service_environment(database: DatabaseUrls, *, state_dir: str) -> dict[str, str]:
    """What a command of a service needs in its environment to work on a database alone."""
    return {
        "CLIENTCOMM_SERVICE_DATABASE_URL": database.runtime,
        "CLIENTCOMM_OWNER_DATABASE_URL": database.owner,
        "CLIENTCOMM_AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/none",
        "CLIENTCOMM_STATE_DIR": state_dir,
        "CLIENTCOMM_OBJECT_STORE_URL": f"file://{state_dir}/objects",
        "CLIENTCOMM_SECRET_KEY": "a-key-for-tests-only-" * 3,
        "CLIENTCOMM_DEMO": "0",
        "PYTHONWARNINGS": "default",
    }


def _fresh_name(what: str) -> str:
    return f"{_PREFIX}_{what}_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(3)}"
