"""Where the records of staff are kept, and the fact that is told of each change."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.events import HeldRole, StaffChangedV1
from clientcomm_contracts.conversations.staff import ActiveClient, StaffMemberReply
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.people import Asker
from clientcomm_conversations.application.authorize import KnowsStaff, rights_of
from clientcomm_conversations.domain.permissions import RoleHeld, StaffRights
from clientcomm_conversations.domain.staffing import StaffRecord, knows_of, may_change


class StaffStore(Protocol):
    """Records of staff, within one transaction."""

    async def take_turn(self) -> None:
        """Wait for other changes of staff; until the end nobody else changes any."""
        ...

    async def record(self, staff_id: UUID) -> StaffRecord | None: ...
    async def hold(self, staff_id: UUID) -> None:
        """Until the end nobody gives them a client."""
        ...

    async def is_email_taken(self, email: str, *, but: UUID) -> bool: ...
    async def open_departments(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of these departments that exist and are not closed."""
        ...

    async def save(self, record: StaffRecord, *, now: datetime) -> None:
        """Write a record, new or changed, with its roles."""
        ...

    async def other_administrators(self, staff_id: UUID) -> int:
        """How many others administer the whole organisation."""
        ...

    async def caseload(self, staff_id: UUID) -> Sequence[ActiveClient]: ...

    async def wait_for_texts(self, staff_id: UUID) -> None:
        """Until nothing is under way in a conversation that is theirs, or was theirs last."""
        ...

    async def end_coverage(self, staff_id: UUID, *, now: datetime) -> None:
        """Nobody covers for them, and they cover for nobody, from now on."""
        ...


async def record_of(
    knows: KnowsStaff, store: StaffStore, asker: Asker, staff_id: UUID
) -> tuple[StaffRights, StaffRecord]:
    """The asker's rights and somebody's record. Not found for who does not administer them."""
    rights = await rights_of(knows, asker)
    record = await store.record(staff_id)
    if record is None or not knows_of(rights, record.roles):
        raise not_found("member of staff")
    return rights, record


def staff_changed(record: StaffRecord, *, now: datetime) -> StaffChangedV1:
    """Somebody is new, or changed; carries the whole state."""
    return StaffChangedV1(
        aggregate_id=record.id,
        sequence=record.sequence,
        occurred_at=now,
        full_name=record.full_name,
        email=record.email,
        desk_phone=record.desk_phone,
        language=record.language,
        is_active=record.is_active,
        roles=roles_told(record.roles),
        deactivations=record.deactivations,
    )


def staff_reply(
    record: StaffRecord, rights: StaffRights, *, active_clients: int
) -> StaffMemberReply:
    """Somebody as an administrator sees them."""
    return StaffMemberReply(
        staff=staff_shown(record),
        language=record.language,
        active_clients=active_clients,
        may_change=may_change(rights, record),
    )


def staff_shown(record: StaffRecord) -> StaffView:
    """Somebody as colleagues see them."""
    return StaffView(
        id=record.id,
        full_name=record.full_name,
        email=record.email,
        desk_phone=record.desk_phone,
        is_active=record.is_active,
        roles=roles_told(record.roles),
    )


def roles_told(roles: Collection[RoleHeld]) -> tuple[HeldRole, ...]:
    """Roles as messages carry them, always in the same order."""
    held = sorted(roles, key=lambda one: (one.role, str(one.department_id or "")))
    return tuple(HeldRole(role=one.role, department_id=one.department_id) for one in held)
