"""One database URL, spelled for SQLAlchemy or for psycopg."""

import re


def for_sqlalchemy(url: str) -> str:
    """`postgresql+psycopg://…`."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url)


def for_psycopg(url: str) -> str:
    """`postgresql://…`."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)


def session_options(**settings: str | int) -> str:
    """Server settings of a session, for the connection parameter `options`."""
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
