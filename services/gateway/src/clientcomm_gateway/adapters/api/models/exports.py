"""Exports."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_gateway.adapters.api.fields import Instant
from clientcomm_gateway.adapters.api.models.basics import Answer, Input


class NewExport(Input):
    """A transcript of one conversation."""

    kind: Annotated[str, Field(pattern="^transcript$")] = "transcript"
    conversation_id: UUID
    format: Annotated[str, Field(pattern="^(json|text)$")] = "json"
    since: Instant | None = None
    until: Instant | None = None


class Export(Answer):
    """An export; its file is made when it is fetched, as complete as at that moment."""

    id: UUID
    kind: str
    conversation_id: UUID
    format: str
    since: datetime | None
    until: datetime | None
    state: str
    created_at: datetime
    file: str
