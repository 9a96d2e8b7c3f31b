"""Single texts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.values import Author, Direction, MessageState
from clientcomm_gateway.adapters.api.fields import NO_NUL
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, StaffRef


class AttachmentRef(Answer):
    """A picture or file; `href` is null while it is fetched, or if it cannot be had."""

    id: UUID
    content_type: str
    size_bytes: int | None
    file_name: str
    href: str | None
    problem: str | None


class MessageError(Answer):
    """Why a text did not arrive, in plain words."""

    code: str
    message: str


class Message(Answer):
    """A text."""

    id: UUID
    conversation_id: UUID
    direction: Direction
    body: str
    state: MessageState
    author: Author
    staff: StaffRef | None
    segments: int
    attachments: list[AttachmentRef]
    error: MessageError | None
    number_from: str
    number_to: str
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    resend_of: UUID | None
    mass_message_id: UUID | None


class NewMessage(Input):
    """A text to send."""

    body: Annotated[str, Field(pattern=NO_NUL, max_length=1600)] = ""
    attachment_ids: Annotated[tuple[UUID, ...], Field(max_length=10)] = ()
    to_number_id: UUID | None = None
    unless_quiet: Annotated[
        bool, Field(description="409 `quiet_hours` (`until`) while it is night for the client.")
    ] = False


class Resending(Input):
    """How a text is sent again."""

    unless_quiet: Annotated[
        bool, Field(description="409 `quiet_hours` (`until`) while it is night for the client.")
    ] = False
