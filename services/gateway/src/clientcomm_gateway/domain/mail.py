"""E-mails to staff: what one is, when it is tried again, and when it is given up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LEASE = timedelta(minutes=3)
"""How long a process may take over one e-mail before another tries it."""

GIVE_UP_AFTER = timedelta(days=3)
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)


class LinkKind(StrEnum):
    """What a one-time link is for (rule 1.4)."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind, not a password

    @property
    def lasts(self) -> timedelta:
        """How long it may be followed."""
        return _LASTS[self]


_LASTS = {LinkKind.INVITATION: timedelta(hours=72), LinkKind.PASSWORD_RESET: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail that waits; its id is the notice's, and so is its Message-ID."""

    id: UUID
    staff_id: UUID
    kind: str
    created_at: datetime
    conversation_id: UUID | None = None
    department_id: UUID | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0

    def next_attempt(self, now: datetime) -> datetime | None:
        """When to try again after a failure; None when it has been tried for long enough."""
        if now - self.created_at >= GIVE_UP_AFTER:
            return None
        doubled: timedelta = _FIRST_PAUSE * (1 << min(self.attempts, 10))
        return now + min(doubled, _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in words, ready for the post."""

    mail_id: UUID
    to: str
    subject: str
    body: str
    language: str


class PostAway(Exception):
    """The mail server cannot be reached or does not let us in: says nothing about the letter."""


class LetterRefused(Exception):
    """The server did not take this letter; `for_good` if it never will."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
