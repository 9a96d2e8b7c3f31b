"""Opaque cursors of paged lists: where a page ended, never a name or a text."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from clientcomm_contracts.faults import Refused

Value = str | int | bool | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write_cursor(kind: str, values: Sequence[Value]) -> str:
    """A cursor of this kind; only its maker may look inside."""
    packed = json.dumps([kind, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(kind: str, cursor: str, *, length: int) -> list[Value]:
    """What a cursor holds. Refused as invalid if it is not one of this kind and length."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise invalid_cursor() from None
    if not isinstance(found, list) or len(found) != length + 1 or found[0] != kind:
        raise invalid_cursor()
    values: list[Value] = found[1:]
    if not all(value is None or isinstance(value, str | int) for value in values):
        raise invalid_cursor()
    return values


def invalid_cursor() -> Refused:
    """The answer to a cursor that we did not make, or that belongs to another list."""
    return Refused(
        "invalid_cursor",
        "This page of the list cannot be found. Start again at the first page.",
        field="cursor",
    )


def micros(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(value: Value) -> datetime:
    """The instant that `micros` made a number of. Refused as invalid if it is none."""
    if not isinstance(value, int):
        raise invalid_cursor()
    try:
        return _EPOCH + timedelta(microseconds=value)
    except OverflowError:
        raise invalid_cursor() from None
