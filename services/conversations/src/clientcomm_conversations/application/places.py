"""A place in a thread."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """Where a text stands in a thread."""

    at: datetime
    message_id: UUID
