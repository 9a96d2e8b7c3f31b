"""What the gateway asks about people and departments: who one is, and who else there is."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import DepartmentView, StaffName, StaffView
from clientcomm_contracts.people import Asker


class MeReply(Reply):
    """The asker, the departments in which they hold a role, and for whom they stand in now.

    `may_add_in`: those of the departments in which they may add clients.
    """

    staff: StaffView
    departments: tuple[DepartmentView, ...]
    may_add_in: tuple[UUID, ...] = ()
    unread_conversations: int
    covers: tuple[StaffName, ...] = ()


class GetMe(Request[MeReply]):
    """Who am I? Refused as `not_found` for who is not active."""

    name: ClassVar[str] = "conversations.me.get.v1"

    asker: Asker


class DepartmentsReply(Reply):
    """Departments that the asker may see."""

    items: tuple[DepartmentView, ...]


class ListDepartments(Request[DepartmentsReply]):
    """The asker's departments; all of them for roles that span the organisation."""

    name: ClassVar[str] = "conversations.department.list.v1"

    asker: Asker


class StaffReply(Reply):
    """Colleagues."""

    items: tuple[StaffView, ...]
    next: str | None = None


class ListStaff(Request[StaffReply]):
    """Staff of the asker's departments, by name."""

    name: ClassVar[str] = "conversations.staff.list.v1"

    asker: Asker
    department_id: UUID | None = None
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)
