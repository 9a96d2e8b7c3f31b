"""A call to a department's number (rule 3.15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

DESK = "desk_phone"
FALLBACK = "fallback_phone"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that came in and where it was put through to."""

    id: UUID
    sid: str
    department_id: UUID | None
    number_from: str
    number_to: str
    rang: str
    received_at: datetime


def whom_to_ring(desk: str | None, fallback: str | None) -> tuple[str, str | None]:
    """The kind of phone and its number: the assigned case manager's, else the department's."""
    if desk:
        return DESK, desk
    if fallback:
        return FALLBACK, fallback
    return NOBODY, None
