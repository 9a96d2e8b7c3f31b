"""What use cases take from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The instant, fresh ids, and the version of the zone data."""

    now: datetime
    new_id: Callable[[], UUID]
    zone_data: str
