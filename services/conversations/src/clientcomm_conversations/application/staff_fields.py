"""What may be written into a member of staff's record."""

from collections.abc import Iterable
from uuid import UUID

from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_conversations.application.authorize import not_allowed
from clientcomm_conversations.application.staff_store import StaffStore
from clientcomm_conversations.domain.bodies import storable
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.permissions import RoleHeld, StaffRights
from clientcomm_conversations.domain.phone_numbers import UnusableNumber, parse_number
from clientcomm_conversations.domain.refusals import staff as refusals
from clientcomm_conversations.domain.refusals.client import unusable_number
from clientcomm_conversations.domain.staffing import governs


def checked_name(typed: str) -> str:
    """A name that is one."""
    name = one_line(typed)
    if not name:
        raise refusals.full_name_missing()
    return name


async def checked_email(store: StaffStore, typed: str, *, of: UUID) -> str:
    """An address that nobody else has."""
    email = one_line(typed).lower()
    name, at, domain = email.rpartition("@")
    is_odd = any(sign in ' <>,;:"()' or not sign.isprintable() for sign in email)
    if not (name and at and "." in domain.strip(".")) or is_odd:
        raise refusals.email_invalid()
    if await store.is_email_taken(email, but=of):
        raise refusals.email_taken()
    return email


def checked_phone(typed: str, *, region: str) -> str | None:
    """A desk phone, or none."""
    if not typed.strip():
        return None
    try:
        return parse_number(storable(typed), region=region)
    except UnusableNumber as unusable:
        refused = unusable_number(unusable.fault)
        refused.field = "desk_phone"
        raise refused from None


async def checked_roles(
    store: StaffStore,
    rights: StaffRights,
    wanted: Iterable[HeldRole],
    *,
    before: frozenset[RoleHeld] = frozenset(),
) -> frozenset[RoleHeld]:
    """Roles that this administrator may give, and take; what stays as it is needs no right."""
    roles = frozenset(RoleHeld(held.role, held.department_id) for held in wanted)
    if not roles:
        raise refusals.roles_missing()
    if not governs(rights, roles ^ before):
        raise not_allowed()
    fresh = {held.department_id for held in roles - before if held.department_id is not None}
    if await store.open_departments(fresh) != fresh:
        raise refusals.department_unknown()
    return roles
