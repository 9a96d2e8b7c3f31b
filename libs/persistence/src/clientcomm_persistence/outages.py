"""Which errors mean that the database is away, and which that a transaction may be run again."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from clientcomm_contracts.faults import Unavailable

# Connection exceptions, insufficient resources, operator intervention, system error; read-only
# means that we reached a server that is no longer the primary.
_AWAY_CLASSES = ("08", "53", "58")
_AWAY_STATES = ("57P01", "57P02", "57P03", "57P05", "25006", "25P03")
_AGAIN_STATES = ("40001", "40P01")
_LOCK_TIMEOUT = "55P03"


class OutcomeUnknown(Unavailable):
    """The connection was lost during a commit: it happened, or it did not."""


@contextmanager
def away_is_unavailable() -> Iterator[None]:
    """Turn what says that the database is away into Unavailable; all else passes."""
    try:
        yield
    except (DBAPIError, psycopg.Error, PoolExhausted, OSError) as error:
        if is_away(error):
            raise Unavailable(f"database: {type(error).__name__}") from error
        raise


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached or could not serve at all."""
    if isinstance(error, PoolExhausted | OSError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = _state(error)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError)
    return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES


def may_run_again(error: BaseException) -> bool:
    """Whether the transaction lost against another one and would succeed alone."""
    return _state(error) in _AGAIN_STATES


def is_tired_of_waiting(error: BaseException) -> bool:
    """Whether a lock was not given within the transaction's `lock_timeout`."""
    return _state(error) == _LOCK_TIMEOUT


def _state(error: BaseException) -> str | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    return original.sqlstate if isinstance(original, psycopg.Error) else None
