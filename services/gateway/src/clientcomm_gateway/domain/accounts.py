"""What the gateway knows of a member of staff: enough to sign them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from clientcomm_contracts.values import Role


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in one department, or in the whole organisation when there is none."""

    role: Role
    department_id: UUID | None


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff, as conversations last told; no password hash means no sign-in yet."""

    staff_id: UUID
    email: str
    full_name: str
    language: str
    is_active: bool
    roles: tuple[RoleHeld, ...]
    password_hash: str | None

    def holds(self, *roles: Role) -> bool:
        """Whether any of these roles is held anywhere; owners decide what that allows."""
        return holds_any(self.roles, *roles)


def roles_of(stored: Iterable[dict[str, str | None]]) -> tuple[RoleHeld, ...]:
    """Roles as they are kept in a row."""
    return tuple(
        RoleHeld(Role(str(one["role"])), UUID(place) if (place := one["department_id"]) else None)
        for one in stored
    )


def holds_any(held: Iterable[RoleHeld], *roles: Role) -> bool:
    """Whether any of these roles is held anywhere."""
    return any(one.role in roles for one in held)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose API token a request carries."""

    token_id: UUID
    staff_id: UUID
    roles: tuple[RoleHeld, ...] = ()
