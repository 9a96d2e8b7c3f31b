"""What the runtime role may do with the audit log: insert, and nothing else (architecture §6)."""

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_GRANTS = (
    "REVOKE ALL ON SCHEMA audit FROM PUBLIC",
    "GRANT USAGE ON SCHEMA audit TO {runtime}",
    "REVOKE ALL ON audit.entry FROM {runtime}",
    "GRANT INSERT ON audit.entry TO {runtime}",
)


def grant_audit(owner_url: str, runtime_url: str) -> None:
    """Give the role of the running service its one right; doing it again changes nothing."""
    runtime = make_url(runtime_url).username
    if not runtime:
        raise ValueError("the runtime role's address names no role")
    plain = make_url(owner_url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
        for statement in _GRANTS:
            connection.execute(sql.SQL(statement).format(runtime=sql.Identifier(runtime)))
