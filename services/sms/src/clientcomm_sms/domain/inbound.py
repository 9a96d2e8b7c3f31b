"""What a phone sends: texts with attachments, and what is known of its number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import TextTag

MOST_MEDIA = 10


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment as the webhook names it."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Received:
    """An inbound text as the carrier brought it, durable but not yet understood."""

    sid: str
    number_from: str
    number_to: str
    body: str
    received_at: datetime
    opt_out_type: str | None
    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class InboundText:
    """An inbound text with its department and its tag."""

    id: UUID
    sid: str
    department_id: UUID | None
    number_from: str
    number_to: str
    body: str
    received_at: datetime
    tag: TextTag | None
    num_media: int


@dataclass(frozen=True, slots=True)
class NewMedia:
    """An attachment that is to be fetched."""

    id: UUID
    inbound_id: UUID
    position: int
    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class MediaToFetch:
    """An attachment whose turn it is; `tries` counts this one."""

    id: UUID
    inbound_id: UUID
    position: int
    url: str
    content_type: str
    tries: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """What is known of a number in a department.

    `is_doubtful`: a suspected refusal waits for a person's answer (rule 3.7).
    """

    department_id: UUID
    number: str
    is_opted_out: bool = False
    is_doubtful: bool = False
    sequence: int = 0
    how: str | None = None
    by_staff_id: UUID | None = None
