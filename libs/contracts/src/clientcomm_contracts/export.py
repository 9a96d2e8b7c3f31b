"""What the gateway asks of export."""

from datetime import UTC, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import (
    Direction,
    MarkerKind,
    MessageState,
    PersonalText,
    Sender,
    TranscriptFormat,
    ZoneName,
)

LACKS_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""`complete_up_to` where even the first fact of a thread has not arrived."""


class TranscriptItem(Contract):
    """One text or marker of a transcript (rule 5.1); `local_time` is in the transcript's zone."""

    kind: Literal["message", "marker"]
    id: UUID
    at: AwareDatetime
    local_time: str
    direction: Direction | None = None
    who: str = ""
    number_from: Sender | None = None
    number_to: Sender | None = None
    body: PersonalText = ""
    state: MessageState | None = None
    state_in_words: str = ""
    attachments: tuple[str, ...] = ()
    marker: MarkerKind | None = None
    details: dict[str, str] = Field(default_factory=dict)


class TranscriptReply(Reply):
    """A transcript, complete up to the moment it was asked for unless `complete_up_to` is set."""

    title: str
    time_zone: ZoneName
    exported_at: AwareDatetime
    exported_by: str
    items: tuple[TranscriptItem, ...] = ()
    text: str | None = None
    next: str | None = None
    complete_up_to: AwareDatetime | None = None


class GetTranscript(Request[TranscriptReply]):
    """A page of a conversation's transcript from export's journal, oldest first.

    `sequence` is the conversation's current one: export waits up to 5 s for it, else says up to
    when the transcript is complete.
    """

    name: ClassVar[str] = "export.transcript.get.v1"
    pace: ClassVar[str] = "slow"

    grant: Grant
    conversation_id: UUID
    title: str
    time_zone: ZoneName
    sequence: int
    absorbed: tuple[UUID, ...] = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    format: TranscriptFormat = TranscriptFormat.ITEMS
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=1000, ge=1, le=5000)
