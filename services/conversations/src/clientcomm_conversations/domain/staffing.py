"""A member of staff as administrators change them, and who may do that (rules 1.1, 1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import Role
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Reach,
    RoleHeld,
    StaffRights,
    department_reach,
)

EVERYWHERE_ADMINISTRATOR = RoleHeld(Role.ADMINISTRATOR)
"""The role that somebody always has to hold, or nobody could put anything right."""


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """Somebody's record, locked."""

    id: UUID
    full_name: str
    email: str
    desk_phone: str | None
    language: str
    is_active: bool
    roles: frozenset[RoleHeld]
    sequence: int
    deactivated_at: datetime | None = None
    deactivations: int = 0

    def ended(self, at: datetime) -> "StaffRecord":
        """Not active from now on."""
        return replace(
            self,
            is_active=False,
            deactivated_at=at,
            deactivations=self.deactivations + 1,
            sequence=self.sequence + 1,
        )

    def begun_again(self) -> "StaffRecord":
        """Active from now on; when they were deactivated last is not forgotten."""
        return replace(self, is_active=True, sequence=self.sequence + 1)


def governs(rights: StaffRights, roles: Iterable[RoleHeld]) -> bool:
    """Whether all these roles lie where this member of staff administers staff."""
    reach = department_reach(rights, DepartmentRight.STAFF)
    return all(_includes(reach, held) for held in roles)


def knows_of(rights: StaffRights, roles: Iterable[RoleHeld]) -> bool:
    """Whether somebody with these roles works where this member of staff administers staff."""
    reach = department_reach(rights, DepartmentRight.STAFF)
    if reach.everywhere:
        return True
    return not reach.is_empty() and any(
        held.department_id is None or _includes(reach, held) for held in roles
    )


def may_change(rights: StaffRights, record: StaffRecord) -> bool:
    """Whether this administrator decides on the account as a whole.

    Who could change the address of a mightier colleague could also take their account over.
    """
    reach = department_reach(rights, DepartmentRight.STAFF)
    return reach.everywhere or (bool(record.roles) and governs(rights, record.roles))


def _includes(reach: Reach, held: RoleHeld) -> bool:
    return reach.everywhere or (
        held.department_id is not None and reach.includes(held.department_id)
    )
