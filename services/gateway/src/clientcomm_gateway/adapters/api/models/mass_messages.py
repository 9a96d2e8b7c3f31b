"""One text to many."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_gateway.adapters.api.fields import MessageBody
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, StaffRef


class NewMassMessage(Input):
    """One text to many conversations; a preview sends nothing."""

    conversation_ids: Annotated[list[UUID], Field(min_length=1, max_length=50_000)]
    body: MessageBody
    preview: bool = False


class Skipped(Answer):
    """Someone left out, and why."""

    conversation_id: UUID
    code: str


class MassMessage(Answer):
    """A mass message and where its texts are."""

    id: UUID
    department_id: UUID
    body: str
    created_at: datetime
    staff: StaffRef
    recipients: int
    segments: int
    skipped: list[Skipped]
    states: dict[str, int]
    stopped: bool
    ends_at: datetime | None
    preview: bool = False
