"""Looks up what the asker may do, and refuses what they may not (rules 1.1, 1.2)."""

from typing import Protocol
from uuid import UUID

from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import Asker
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    DepartmentRight,
    Right,
    StaffRights,
    belongs_to,
    may,
    may_in_department,
)


class KnowsStaff(Protocol):
    """Where roles are looked up, within the transaction under way."""

    async def staff_rights(self, staff_id: UUID) -> StaffRights | None:
        """Roles of an active member of staff, and whom they cover now; else None."""
        ...


class HoldsStaff(Protocol):
    """Where somebody's account is kept as it is until the transaction ends."""

    async def receiver_rights(self, staff_id: UUID) -> StaffRights | None:
        """What they may do, held as they are."""
        ...


async def rights_of(tx: KnowsStaff, asker: Asker) -> StaffRights:
    """The asker's rights. Refused as not_found for who is unknown or not active any more."""
    return _known(await tx.staff_rights(asker.staff_id))


async def rights_of_receiver(tx: HoldsStaff, asker: Asker) -> StaffRights:
    """The same of who takes a conversation: nobody deactivates them until they have it."""
    return _known(await tx.receiver_rights(asker.staff_id))


def _known(rights: StaffRights | None) -> StaffRights:
    if rights is None:
        raise not_found("account")
    return rights


def require(
    rights: StaffRights, right: Right, facts: ConversationFacts, *, what: str = "conversation"
) -> None:
    """Refuse as not_found what the asker cannot see, as not_allowed what they can only look at."""
    if may(rights, right, facts):
        return
    if right in {Right.SEE, Right.READ} or not may(rights, Right.SEE, facts):
        raise not_found(what)
    raise not_allowed()


def require_in_department(rights: StaffRights, right: DepartmentRight, department_id: UUID) -> None:
    """Refuse as not_found a department where the asker holds no role, else as not_allowed."""
    if may_in_department(rights, right, department_id):
        return
    if not belongs_to(rights).includes(department_id):
        raise not_found("department")
    raise not_allowed()


def not_allowed() -> Refused:
    """The answer for what the asker may see but not do."""
    return Refused(
        "not_allowed",
        "You may look at this but not change it. Ask a supervisor of the department.",
        kind="not_allowed",
    )
