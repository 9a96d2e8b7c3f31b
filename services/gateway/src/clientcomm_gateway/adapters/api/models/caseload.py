"""What the API takes and gives about transfers, closings and labels."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.conversations.caseload import LONGEST_NOTE, MOST_AT_ONCE
from clientcomm_gateway.adapters.api.fields import Line
from clientcomm_gateway.adapters.api.models.basics import Answer, Input
from clientcomm_gateway.adapters.api.models.mass_messages import Skipped

Note = Annotated[Line, Field(max_length=LONGEST_NOTE, description="E-mailed to the receiver.")]
Chosen = Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Transfer(Input):
    """To whom, and whether the client is told by text."""

    staff_id: UUID
    note: Note = ""
    tell_client: bool = False


class Transfers(Input):
    """Many to one colleague; a preview changes nothing."""

    conversation_ids: Chosen
    staff_id: UUID
    note: Note = ""
    tell_clients: bool = False
    preview: bool = False


class Closing(Input):
    """With which outcome; the department's default one if it is left out."""

    outcome_id: UUID | None = None
    unread_shown: Annotated[
        int | None,
        Field(ge=0, le=1_000_000, description="Refuse if more texts are unread by now."),
    ] = None


class Closings(Closing):
    """Many at once; a preview changes nothing."""

    conversation_ids: Chosen
    preview: bool = False


class Moves(Answer):
    """In numbers, what moves or ends."""

    conversations: int
    unread_texts: int
    scheduled_texts: int
    appointments: int


class CaseloadChange(Answer):
    """What was moved or closed, or would be, and who was left out."""

    done: list[UUID]
    left_out: list[Skipped]
    moves: Moves
    preview: bool


class Labels(Input):
    """What is left out stays as it is; null clears it."""

    status_id: UUID | None = None
    category_id: UUID | None = None


class OfferedLabel(Answer):
    """A status, category or outcome of a department."""

    id: UUID
    department_id: UUID
    name: str
    colour: str
    follow_up_days: int | None
    default: bool


class FollowUp(Answer):
    """How many of your own clients with this status are due."""

    status_id: UUID
    name: str
    due: int


class OfferedLabels(Answer):
    """What your departments offer, in their order, and who of your clients is due."""

    statuses: list[OfferedLabel]
    categories: list[OfferedLabel]
    outcomes: list[OfferedLabel]
    follow_ups: list[FollowUp]
