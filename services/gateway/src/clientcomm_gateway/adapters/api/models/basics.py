"""What all that the API takes and gives has in common."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Answer(BaseModel):
    """Something that the API gives."""

    model_config = ConfigDict(frozen=True)


class Input(BaseModel):
    """Something that the API takes; unknown fields are refused, so that typos are noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Page(Answer, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = None


class StaffRef(Answer):
    """Whom."""

    id: UUID
    full_name: str


class LabelRef(Answer):
    """A status or category."""

    id: UUID
    name: str
    colour: str
