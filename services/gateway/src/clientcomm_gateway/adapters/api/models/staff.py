"""What the API takes and gives about staff."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_gateway.adapters.api.fields import Line
from clientcomm_gateway.adapters.api.models.basics import Answer, Input
from clientcomm_gateway.adapters.api.models.people import RoleHeld, Staff
from clientcomm_gateway.domain.mail import LinkKind

_Name = Annotated[Line, Field(min_length=1, max_length=200)]
_Email = Annotated[Line, Field(min_length=3, max_length=320)]
_Phone = Annotated[Line, Field(max_length=40)]
_Language = Annotated[Line, Field(min_length=2, max_length=10)]
_Roles = Annotated[list[RoleHeld], Field(min_length=1, max_length=500)]


class StaffMember(Staff):
    """A member of staff as an administrator sees them."""

    language: str
    active_clients: int
    may_change: bool = Field(
        description="Whether you may change more than their roles in your departments."
    )


class NewStaff(Input):
    """Somebody to invite; a role without a department is held in the whole organisation."""

    full_name: _Name
    email: _Email
    desk_phone: _Phone = ""
    language: _Language = "en"
    roles: _Roles


class StaffChanges(Input):
    """What is left out or null stays as it is."""

    full_name: _Name | None = None
    email: _Email | None = None
    desk_phone: _Phone | None = None
    language: _Language | None = None
    roles: _Roles | None = None


class LinkSent(Answer):
    """Which link is on its way."""

    kind: LinkKind


class ActiveClient(Answer):
    """A conversation that somebody has to take over."""

    conversation_id: UUID
    department_id: UUID
    first_name: str
    last_name: str
    sender: str | None
    unread_count: int
    scheduled_count: int


class Caseload(Answer):
    """All active clients, by name."""

    items: list[ActiveClient]


class HandOver(Input):
    """Who takes one conversation over; null: the unassigned inbox."""

    conversation_id: UUID
    to_staff_id: UUID | None


class Deactivation(Input):
    """Who takes the clients over."""

    others_to: UUID | None = None
    hand_overs: list[HandOver] = Field(default_factory=list, max_length=5000)


class Deactivated(Answer):
    """What became of the clients."""

    staff: Staff
    handed_over: int
    to_inbox: int
