"""Staff and departments, and whose token a call carries."""

from uuid import UUID

from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.api.models.basics import Answer


class RoleHeld(Answer):
    """A role in one department, or everywhere."""

    role: Role
    department_id: UUID | None


class Staff(Answer):
    """A colleague."""

    id: UUID
    full_name: str
    email: str
    desk_phone: str | None
    is_active: bool
    roles: list[RoleHeld]


class Department(Answer):
    """A department and its number."""

    id: UUID
    name: str
    number: str | None
    time_zone: str


class Me(Answer):
    """Whose token this is."""

    id: UUID
    full_name: str
    email: str
    roles: list[RoleHeld]
    departments: list[Department]
    unread_conversations: int
