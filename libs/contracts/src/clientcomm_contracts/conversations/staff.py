"""What administrators ask of conversations about staff (rules 1.4, 1.6, 6.2)."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.people import Asker, RepeatKey

FullName = Annotated[str, Field(max_length=200)]
EmailAddress = Annotated[str, Field(max_length=320)]
TypedPhone = Annotated[str, Field(max_length=40)]
Roles = Annotated[tuple[HeldRole, ...], Field(max_length=500)]


class StaffMemberReply(Reply):
    """A member of staff as an administrator sees them.

    `may_change`: all their roles lie where the asker administers staff, so that name, address and
    password may be changed, and the account ended.
    """

    staff: StaffView
    language: str
    active_clients: int
    may_change: bool


class GetStaffMember(Request[StaffMemberReply]):
    """One member of staff of the departments whose staff the asker administers."""

    name: ClassVar[str] = "conversations.staff.get.v1"

    asker: Asker
    staff_id: UUID


class InviteStaff(Request[StaffMemberReply]):
    """A new member of staff, who gets the invitation by e-mail."""

    name: ClassVar[str] = "conversations.staff.invite.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    full_name: FullName
    email: EmailAddress
    desk_phone: TypedPhone = ""
    language: str = Field(default="en", max_length=10)
    roles: Roles


class EditStaff(Request[StaffMemberReply]):
    """Changes what is not None; an empty desk phone takes it away."""

    name: ClassVar[str] = "conversations.staff.edit.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    staff_id: UUID
    full_name: FullName | None = None
    email: EmailAddress | None = None
    desk_phone: TypedPhone | None = None
    language: str | None = Field(default=None, max_length=10)
    roles: Roles | None = None


class ReactivateStaff(Request[StaffMemberReply]):
    """An account that ended begins again, with its roles, and an e-mail to choose a new password.

    Everything that carries the person's name stays theirs; their clients stay where they went.
    """

    name: ClassVar[str] = "conversations.staff.reactivate.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    staff_id: UUID


class ActiveClient(Contract):
    """A conversation that somebody has to take over."""

    conversation_id: UUID
    department_id: UUID
    first_name: str
    last_name: str
    sender: str | None
    unread_count: int
    scheduled_count: int


class CaseloadReply(Reply):
    """All active clients of one member of staff, by name."""

    items: tuple[ActiveClient, ...]


class ListCaseload(Request[CaseloadReply]):
    """What deactivating somebody would leave behind."""

    name: ClassVar[str] = "conversations.staff.caseload.v1"

    asker: Asker
    staff_id: UUID


class HandOver(Contract):
    """Who takes one conversation over; None: the unassigned inbox."""

    conversation_id: UUID
    to_staff_id: UUID | None


class DeactivateStaffReply(Reply):
    """What became of the clients."""

    staff: StaffView
    handed_over: int
    to_inbox: int


class DeactivateStaff(Request[DeactivateStaffReply]):
    """Ends an account and hands over all its active clients, in one go (rule 1.6).

    Clients that `hand_overs` does not name go to `others_to`, or to the unassigned inbox.
    """

    name: ClassVar[str] = "conversations.staff.deactivate.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    repeat_key: RepeatKey | None = None
    staff_id: UUID
    others_to: UUID | None = None
    hand_overs: tuple[HandOver, ...] = Field(default=(), max_length=5000)
