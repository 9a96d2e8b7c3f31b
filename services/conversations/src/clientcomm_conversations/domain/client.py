"""A client of the organisation with their numbers as dated facts (rules 2.1, 2.3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.refusals import client as refusals


@dataclass(frozen=True, slots=True)
class ClientNumber:
    """A number that a client has, or had."""

    id: UUID
    value: str
    label: str
    since: datetime
    until: datetime | None
    is_primary: bool
    how: str = ""
    is_wrong: bool = False
    added_by: UUID | None = None
    closed_by: UUID | None = None

    @property
    def is_current(self) -> bool:
        """True while the client has it."""
        return self.until is None


@dataclass(frozen=True, slots=True)
class Client:
    """A client; `time_zone` None: each department sees them in its own (rule 2.1)."""

    id: UUID
    first_name: str
    last_name: str
    language: str
    time_zone: str | None
    id_number: str | None
    sequence: int
    numbers: tuple[ClientNumber, ...]

    @property
    def primary_number(self) -> str | None:
        """The number that texts go to where nothing else is said."""
        current = [number for number in self.numbers if number.until is None]
        primary = [number.value for number in current if number.is_primary]
        return next(iter([*primary, *(number.value for number in current)]), None)

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """First name and the initial of the last, as e-mails have it."""
        return f"{self.first_name} {self.last_name[:1]}.".strip()

    @property
    def current_numbers(self) -> tuple[ClientNumber, ...]:
        """Those that the client has now."""
        return tuple(number for number in self.numbers if number.is_current)

    def told_again(self) -> "Client":
        """The same with the next sequence."""
        return replace(self, sequence=self.sequence + 1)

    def without_numbers(self) -> "Client":
        """The record that is left of a client who was merged into another."""
        return replace(self, numbers=())


def checked_name(first_name: str, last_name: str) -> tuple[str, str]:
    """Names without blanks around them. Refused without a last name (rule 2.1)."""
    first, last = one_line(first_name), one_line(last_name)
    if not last:
        raise refusals.last_name_missing()
    return first, last


def checked_zone(time_zone: str | None) -> str | None:
    """A zone of the IANA database, or none chosen. Refused if it is unknown."""
    if not time_zone:
        return None
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refusals.time_zone_unknown() from None
    return time_zone
