"""Conversations, and up to where they are read."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, LabelRef, StaffRef
from clientcomm_gateway.adapters.api.models.clients import ClientRef


class Conversation(Answer):
    """A row of the client list."""

    id: UUID
    client: ClientRef | None
    sender: str | None
    department_id: UUID
    assigned_to: StaffRef | None
    state: ConversationState
    unread: bool
    unread_count: int
    delivery_problem: bool
    opted_out: bool
    last_contact_at: datetime | None
    last_text_at: datetime | None
    next_appointment_at: datetime | None
    scheduled_count: int
    sequence: int
    status: LabelRef | None = None
    category: LabelRef | None = None


class ReplyTo(Answer):
    """A number that a text may be sent to."""

    id: UUID | None
    number: str
    label: str
    opted_out: bool
    preselected: bool


class ConversationDetail(Conversation):
    """A conversation, with what the caller may do in it."""

    numbers: list[ReplyTo]
    may_send: bool
    may_assign: bool
    may_transfer: bool
    may_close: bool
    may_reopen: bool
    read_up_to: datetime | None
    merged_from: list[UUID]
    cannot_send_because: str | None


class ReadUpTo(Input):
    """Up to which message; everything if it is left out."""

    up_to: UUID | None = None


class ReadPosition(Answer):
    """The read position after the call."""

    read_up_to: datetime | None
    unread_count: int


class Assignment(Input):
    """Who takes it."""

    staff_id: UUID
