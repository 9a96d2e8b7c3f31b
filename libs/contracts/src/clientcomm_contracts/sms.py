"""What sms is asked to do, and what it reports from the carrier."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Command, Contract, Event, Reply, Request
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import (
    InboundText,
    Lane,
    MessageState,
    MessageText,
    PhoneNumber,
    Sender,
    TextTag,
    ZoneName,
)


class QuietWindow(Contract):
    """Local times, `HH:MM`, in a zone, between which this text waits (rule 3.9)."""

    starts: str = Field(pattern=r"^\d\d:\d\d$")
    ends: str = Field(pattern=r"^\d\d:\d\d$")
    time_zone: ZoneName


class OutgoingText(Contract):
    """One text for the carrier.

    `position` is gapless per conversation and lane; the text before it in the lane goes first
    (rule 3.4). `quiet` None: exempt. `not_after` None: no limit.
    """

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    lane: Lane
    position: int = Field(ge=1)
    number_from: PhoneNumber
    number_to: Sender
    body: MessageText
    segments: int = Field(ge=1)
    media_keys: tuple[str, ...] = ()
    written_at: AwareDatetime
    not_after: AwareDatetime | None = None
    quiet: QuietWindow | None = None


class SendTextsV1(Command):
    """Hand these texts to the carrier, each once (rule 3.3)."""

    name: ClassVar[str] = "sms.message.send.v1"

    items: tuple[OutgoingText, ...] = Field(min_length=1, max_length=100)


class WithdrawTextsV1(Command):
    """Do not send what still waits: of conversations, of numbers, or single messages.

    sms answers with `TextsReportedV1` items in state `canceled` for what had not gone. Withdrawn
    positions count as filled. Of conversations, what was written up to `withdrawn_at` is
    withdrawn, also where it reaches sms later; what is written afterwards goes out. Without it:
    up to the moment at which sms handles the command.
    """

    name: ClassVar[str] = "sms.message.withdraw.v1"

    conversation_ids: tuple[UUID, ...] = ()
    message_ids: tuple[UUID, ...] = ()
    mass_message_lane_only: bool = False
    withdrawn_at: AwareDatetime | None = None


class SetOptOutV1(Command):
    """An entry into the block list (rule 3.7), by a person or by a text that was filed late.

    `is_doubtful`: a suspected refusal waits for a person's answer; that leaves an opt-out as it is.
    """

    name: ClassVar[str] = "sms.opt_out.set.v1"

    department_id: UUID
    number: Sender
    is_opted_out: bool
    is_doubtful: bool = False
    by_staff_id: UUID | None = None


class TextReport(Contract):
    """Where one outbound text is; applies if its `version` is higher than the one known.

    `error_code` is the carrier's, or ours where there is none (`not_after_passed`, `opted_out`,
    `quiet_hours`, `carrier_unreachable`); the sentence for people is conversations' affair.
    `correlation_id` is what the command that brought the text carried.
    """

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    version: int = Field(ge=1)
    state: MessageState
    at: AwareDatetime
    error_code: str | None = None
    segments: int | None = None
    number_to: Sender | None = None
    correlation_id: str | None = None


class TextsReportedV1(Event):
    """States of up to 100 outbound texts; the aggregate is the report itself, sequence 1."""

    name: ClassVar[str] = "sms.message.reported.v1"

    items: tuple[TextReport, ...] = Field(min_length=1, max_length=100)


class InboundMedia(Contract):
    """An attachment that came with a text; `StoredMedia` follows when it was fetched."""

    id: UUID
    content_type: str
    position: int


class TextReceivedV1(Event):
    """A phone texted a number of ours; the aggregate is the inbound text, sequence 1.

    `department_id` is None for a number that no department has (quarantine, rule 2.7), which may
    be any string that the carrier gives, such as a short code.
    """

    name: ClassVar[str] = "sms.text.received.v1"

    department_id: UUID | None
    number_from: Sender
    number_to: Sender
    body: InboundText
    received_at: AwareDatetime
    tag: TextTag | None = None
    is_opted_out: bool = False
    media: tuple[InboundMedia, ...] = ()
    carrier_id: str = Field(max_length=64)


class MediaStoredV1(Event):
    """An attachment was fetched into the object store, or cannot be; aggregate: inbound text."""

    name: ClassVar[str] = "sms.media.stored.v1"

    media_id: UUID
    content_type: str
    size_bytes: int | None = None
    object_key: str | None = None
    problem: str | None = None


class OptOutRecordedV1(Event):
    """The block list changed; aggregate: the pair of number and department."""

    name: ClassVar[str] = "sms.opt_out.recorded.v1"

    department_id: UUID
    number: Sender
    is_opted_out: bool
    how: str
    by_staff_id: UUID | None = None


class CallReceivedV1(Event):
    """A phone called a number of ours (rule 3.15); aggregate: the call, sequence 1."""

    name: ClassVar[str] = "sms.call.received.v1"

    department_id: UUID
    number_from: Sender
    number_to: PhoneNumber
    rang: str


class NumberHealth(Contract):
    """The send queue of one number (rule 6.8)."""

    department_id: UUID
    number: PhoneNumber
    waiting: int
    oldest_waiting_at: AwareDatetime | None
    segments_per_second: float
    last_success_at: AwareDatetime | None
    unknown: int


class OperationsReply(Reply):
    """State of the carrier side; `unexplained` is to be 0 (rule 6.8)."""

    gate_is_open: bool
    numbers: tuple[NumberHealth, ...]
    unexplained: int


class GetOperations(Request[OperationsReply]):
    """How the hand-over to the carrier is doing."""

    name: ClassVar[str] = "sms.operations.get.v1"

    asker: Asker


class OpenGateReply(Reply):
    """The gate is open."""


class OpenGate(Request[OpenGateReply]):
    """An administrator lets sms send again after a restore (architecture §5)."""

    name: ClassVar[str] = "sms.gate.open.v1"

    asker: Asker
