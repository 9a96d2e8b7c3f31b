"""Databases and roles of the services: one owner and one runtime role each."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from clientcomm_local.access import owner_role, runtime_role

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
OLDEST = 14
_LATER = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
_PRIVILEGES = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT ALL ON SCHEMA public TO {owner}",
    "GRANT USAGE ON SCHEMA public TO {runtime}",
    f"{_LATER} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{runtime}}",
    f"{_LATER} USAGE, SELECT ON SEQUENCES TO {{runtime}}",
    f"{_LATER} EXECUTE ON FUNCTIONS TO {{runtime}}",
)


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The addresses of one database: as its owner (migrations) and as the running service."""

    name: str
    owner: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Names and passwords of a service's two roles: who runs cannot sign in as who owns."""

    owner: str
    runtime: str
    owner_password: str
    password: str

    @classmethod
    def of(
        cls, service: str, *, password: str, owner_password: str, prefix: str = "clientcomm"
    ) -> "Roles":
        owner, runtime = owner_role(service, prefix), runtime_role(service, prefix)
        return cls(owner, runtime, owner_password, password)


class UnsuitableServerError(Exception):
    """The database server cannot be used; says why and what to do."""


def check_server(admin_url: str) -> None:
    """Raise UnsuitableServerError if the server is too old or lacks an extension."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        version = connection.info.server_version // 10000
        known = {
            row[0]
            for row in connection.execute(
                "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)]
            )
        }
    if version < OLDEST:
        raise UnsuitableServerError(f"PostgreSQL {OLDEST} or newer is needed, this is {version}.")
    if missing := [name for name in EXTENSIONS if name not in known]:
        raise UnsuitableServerError(
            f"The PostgreSQL server lacks the extensions {', '.join(missing)} "
            "(Debian: they are in the package postgresql; elsewhere often postgresql-contrib)."
        )


def create_roles(admin_url: str, roles: Roles) -> None:
    """Create a service's roles, or give existing ones their passwords."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, password in (
            (roles.owner, roles.owner_password),
            (roles.runtime, roles.password),
        ):
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if exists.fetchone() else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
                )
            )
        if not _is_superuser(connection):
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(_owner(roles)))


def create_database(
    admin_url: str, name: str, roles: Roles, *, template: str | None = None
) -> DatabaseUrls:
    """A database of the owner role in which the runtime role may use rows and nothing else.

    A copy of a template brings the template's grants with it.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if not _exists(connection, name):
            creation = sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), _owner(roles)
            )
            if template:
                creation += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            connection.execute(creation)
            connection.execute(_only_for(name, roles))
    urls = urls_of(admin_url, name, roles)
    if template is None:
        _prepare(admin_url, name, roles)
    return urls


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database together with the sessions in it."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def urls_of(admin_url: str, name: str, roles: Roles) -> DatabaseUrls:
    """The addresses of a database for its two roles, on the same server."""
    return DatabaseUrls(
        name=name,
        owner=_url(admin_url, database=name, user=roles.owner, password=roles.owner_password),
        runtime=_url(admin_url, database=name, user=roles.runtime, password=roles.password),
    )


def _prepare(admin_url: str, name: str, roles: Roles) -> None:
    """Extensions, and what the runtime role may do with tables that the owner makes later."""
    with psycopg.connect(_url(admin_url, database=name), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
            )
        runtime, owner = sql.Identifier(roles.runtime), _owner(roles)
        for statement in _PRIVILEGES:
            connection.execute(sql.SQL(statement).format(owner=owner, runtime=runtime))


def _only_for(name: str, roles: Roles) -> sql.Composed:
    return sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC;").format(
        name=sql.Identifier(name)
    ) + sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {owner}, {runtime}").format(
        name=sql.Identifier(name), owner=_owner(roles), runtime=sql.Identifier(roles.runtime)
    )


def _owner(roles: Roles) -> sql.Identifier:
    return sql.Identifier(roles.owner)


def _exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _is_superuser(connection: psycopg.Connection) -> bool:
    found = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    row = found.fetchone()
    return bool(row and row[0])


def _url(
    admin_url: str, *, database: str, user: str | None = None, password: str | None = None
) -> str:
    parts = urlsplit(admin_url.replace("postgresql+psycopg://", "postgresql://", 1))
    credentials, at, host = parts.netloc.rpartition("@")
    if user is not None:
        credentials, at = f"{quote(user)}:{quote(password or '')}", "@"
    return urlunsplit(parts._replace(netloc=f"{credentials}{at}{host}", path=f"/{quote(database)}"))
