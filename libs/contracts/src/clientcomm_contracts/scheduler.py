"""What the gateway asks of scheduler, and the facts that scheduler tells."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, NaiveDatetime

from clientcomm_contracts.contract import Contract, Event, Reply, Request
from clientcomm_contracts.people import Grant, RepeatKey
from clientcomm_contracts.values import MessageText, PersonalText, ScheduledState, ZoneName


class ScheduledMessageView(Contract):
    """A text to go out at a local date and time in a zone (rules 4.1, 4.2).

    `is_shifted`: the chosen time does not exist that day and the first valid minute after is used.
    """

    id: UUID
    conversation_id: UUID
    body: PersonalText
    local_time: NaiveDatetime
    time_zone: ZoneName
    due_at: AwareDatetime
    is_shifted: bool = False
    state: ScheduledState
    refusal_code: str | None = None
    by_staff_id: UUID
    by_staff_name: str
    created_at: AwareDatetime
    version: int


class ScheduledMessageReply(Reply):
    """One scheduled message."""

    scheduled_message: ScheduledMessageView
    is_in_quiet_hours: bool = False


class ScheduleMessage(Request[ScheduledMessageReply]):
    """Send later, once per key. A time in the past, or over a year ahead, is refused."""

    name: ClassVar[str] = "scheduler.scheduled_message.create.v1"

    grant: Grant
    repeat_key: RepeatKey
    conversation_id: UUID
    body: MessageText = Field(min_length=1)
    local_time: NaiveDatetime
    time_zone: ZoneName | None = None


class ScheduledMessagesReply(Reply):
    """Scheduled messages, by due time."""

    items: tuple[ScheduledMessageView, ...]
    next: str | None = None


class ListScheduledMessages(Request[ScheduledMessagesReply]):
    """What is scheduled in the conversations of the grant; open ones unless `include_ended`."""

    name: ClassVar[str] = "scheduler.scheduled_message.list.v1"

    grant: Grant
    include_ended: bool = False
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=100, ge=1, le=500)


class FindScheduledMessageReply(Reply):
    """The conversation that it belongs to; what it says takes a grant."""

    conversation_id: UUID


class FindScheduledMessage(Request[FindScheduledMessageReply]):
    """To which conversation does it belong? Asked before a grant is."""

    name: ClassVar[str] = "scheduler.scheduled_message.find.v1"

    scheduled_message_id: UUID


class GetScheduledMessage(Request[ScheduledMessageReply]):
    """One scheduled message."""

    name: ClassVar[str] = "scheduler.scheduled_message.get.v1"

    grant: Grant
    scheduled_message_id: UUID


class EditScheduledMessage(Request[ScheduledMessageReply]):
    """Changes what is not None; refused once it was handed over."""

    name: ClassVar[str] = "scheduler.scheduled_message.edit.v1"

    grant: Grant
    repeat_key: RepeatKey | None = None
    scheduled_message_id: UUID
    body: MessageText | None = Field(default=None, min_length=1)
    local_time: NaiveDatetime | None = None
    time_zone: ZoneName | None = None


class CancelScheduledMessage(Request[ScheduledMessageReply]):
    """Cancels it; refused once it was handed over, without effect if it is cancelled already."""

    name: ClassVar[str] = "scheduler.scheduled_message.cancel.v1"

    grant: Grant
    scheduled_message_id: UUID


class ScheduledMessageChangedV1(Event):
    """A scheduled message was made, edited, or ended; carries its whole state.

    Aggregate: the schedule, which for a single message is the scheduled message itself.
    """

    name: ClassVar[str] = "scheduler.scheduled_message.changed.v1"

    conversation_id: UUID
    body: PersonalText
    local_time: NaiveDatetime
    time_zone: ZoneName
    due_at: AwareDatetime
    state: ScheduledState
    by_staff_id: UUID


class ConversationScheduleChangedV1(Event):
    """What the client list shows of a conversation's schedule; aggregate: the conversation's.

    The aggregate id is derived from the conversation's id, for the sequence is scheduler's own.
    """

    name: ClassVar[str] = "scheduler.conversation_schedule.changed.v1"

    conversation_id: UUID
    scheduled_count: int
    next_scheduled_at: AwareDatetime | None = None
    next_appointment_at: AwareDatetime | None = None
