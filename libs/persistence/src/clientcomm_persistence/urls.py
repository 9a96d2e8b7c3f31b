"""One database URL, spelled for SQLAlchemy or for psycopg."""

import re
from collections.abc import Mapping

from psycopg.conninfo import make_conninfo

NETWORK: Mapping[str, str | int] = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Connection parameters by which a silent network is noticed within about ten seconds."""


def for_sqlalchemy(url: str) -> str:
    """`postgresql+psycopg://…`."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url)


def for_psycopg(url: str) -> str:
    """`postgresql://…` with `NETWORK`."""
    plain = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)
    return make_conninfo(plain, **NETWORK)


def session_options(**settings: str | int) -> str:
    """Server settings of a session, for the connection parameter `options`."""
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
