"""What sms asks of a carrier, and what a carrier may answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clientcomm_sms.domain.texts import Attempt


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the text (201)."""

    sid: str
    status: str
    segments: int | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier refused it with a code of its own; it has nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Certainly not processed: too many requests, or the request was never written.

    `retry_after` in seconds, if the carrier named it.
    """

    code: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The carrier may or may not have it."""

    code: str


@dataclass(frozen=True, slots=True)
class TooLate:
    """The call did not begin in time after its claim, so it was left out."""


Outcome = Accepted | Rejected | NotTaken | Ambiguous | TooLate


@dataclass(frozen=True, slots=True)
class CarrierText:
    """A text as the carrier lists it."""

    sid: str
    direction: str
    number_from: str
    number_to: str
    body: str
    status: str
    error_code: str | None
    date_created: datetime
    segments: int | None = None
    num_media: int = 0

    @property
    def is_inbound(self) -> bool:
        """A phone texted us."""
        return self.direction == "inbound"


@dataclass(frozen=True, slots=True)
class CarrierMedia:
    """An attachment of an inbound text as the carrier lists it."""

    url: str
    content_type: str


class CarrierAway(Exception):
    """A question to the carrier got no answer; it can be asked again."""


class Carrier(Protocol):
    """A carrier; every method blocks and takes at most 15 s. Questions raise CarrierAway."""

    def close(self) -> None:
        """Nothing more will be asked."""
        ...

    def submit(self, attempt: Attempt) -> Outcome:
        """Hand a text over, once."""
        ...

    def look_up(self, sid: str) -> CarrierText | None:
        """One text; None if the carrier does not know it."""
        ...

    def list_between(
        self, *, number_from: str | None, number_to: str | None, since: datetime
    ) -> list[CarrierText]:
        """Texts made since then, newest first."""
        ...

    def media_of(self, sid: str) -> list[CarrierMedia]:
        """The attachments of an inbound text."""
        ...
