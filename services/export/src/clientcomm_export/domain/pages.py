"""Where a page of a transcript continues."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_export.domain.entry import Entry
from clientcomm_export.domain.refusals import odd_cursor


@dataclass(frozen=True, slots=True)
class Place:
    """After this entry."""

    at: datetime
    id: UUID


def cursor_of(entry: Entry) -> str:
    """The place after this entry, as a text to hand out."""
    return base64.urlsafe_b64encode(f"{entry.at.isoformat()} {entry.id}".encode()).decode()


def place_of(cursor: str | None) -> Place | None:
    """The place of a cursor; None for the beginning. Raises Refused for one we never gave."""
    if cursor is None:
        return None
    try:
        at, _, entry_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        place = Place(datetime.fromisoformat(at), UUID(entry_id))
    except (binascii.Error, ValueError):
        raise odd_cursor() from None
    if place.at.tzinfo is None:
        raise odd_cursor()
    return place
