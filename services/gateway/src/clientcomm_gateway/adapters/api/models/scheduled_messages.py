"""Texts that go out later."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.values import ScheduledState
from clientcomm_gateway.adapters.api.fields import Line, LocalTime, MessageBody
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, StaffRef


class ScheduledMessage(Answer):
    """A text that goes out later; the local time is the truth, `due_at` follows from it."""

    id: UUID
    conversation_id: UUID
    body: str
    local_time: LocalTime
    time_zone: str
    due_at: datetime
    shifted: bool
    state: ScheduledState
    refusal_code: str | None
    staff: StaffRef
    created_at: datetime
    in_quiet_hours: bool = False


class NewScheduledMessage(Input):
    """A text to send later; without `time_zone` the client's."""

    conversation_id: UUID
    body: MessageBody
    local_time: LocalTime
    time_zone: Annotated[Line, Field(max_length=64)] | None = None


class ScheduledMessageChanges(Input):
    """What is left out stays as it is."""

    body: MessageBody | None = None
    local_time: LocalTime | None = None
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
