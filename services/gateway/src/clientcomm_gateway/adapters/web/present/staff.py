"""Staff as pages show them: roles by place, and who can take clients over."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.staff import ActiveClient
from clientcomm_contracts.conversations.views import DepartmentView, StaffView
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views import Choice, LeftClient, RolesOfPlace
from clientcomm_gateway.domain.accounts import RoleHeld
from clientcomm_gateway.domain.words import N_

ROLE_WORDS = {
    Role.CASE_MANAGER: N_("Case manager"),
    Role.FRONT_DESK: N_("Front desk"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}
_EVERYWHERE = N_("The whole organisation")
_ELSEWHERE = N_("Another department")


def role_value(role: Role, department_id: UUID | None) -> str:
    """A role as a tick box names it."""
    return f"{role.value}:{department_id or ''}"


def role_of(value: str) -> HeldRole | None:
    """A role as a tick box named it; None for what is none."""
    role, _, place = value.partition(":")
    try:
        return HeldRole(role=Role(role), department_id=UUID(place) if place else None)
    except ValueError:
        return None


def places_of(
    departments: Sequence[DepartmentView],
    own: Iterable[RoleHeld],
    chosen: frozenset[str],
    speech: Speech,
) -> tuple[RolesOfPlace, ...]:
    """Tick boxes for every place where this administrator gives roles."""
    reach = {held.department_id for held in own if held.role is Role.ADMINISTRATOR}
    everywhere = None in reach
    places: list[tuple[UUID | None, str]] = [
        (one.id, one.department_name) for one in departments if everywhere or one.id in reach
    ]
    if everywhere:
        places.append((None, speech.say(_EVERYWHERE)))
    return tuple(
        RolesOfPlace(
            name,
            tuple(
                Choice(value, speech.say(words), value in chosen)
                for role, words in ROLE_WORDS.items()
                for value in (role_value(role, place),)
            ),
        )
        for place, name in places
    )


def roles_in_words(
    roles: Iterable[HeldRole], departments: Sequence[DepartmentView], speech: Speech
) -> str:
    """All roles of somebody in one line."""
    names = {one.id: one.department_name for one in departments}
    return ", ".join(
        f"{speech.say(ROLE_WORDS[held.role])} ({_place(held, names, speech)})" for held in roles
    )


def left_clients(
    clients: Iterable[ActiveClient],
    colleagues: Sequence[StaffView],
    departments: Sequence[DepartmentView],
    chosen: dict[str, str],
    speech: Speech,
) -> tuple[LeftClient, ...]:
    """Each client with those who can take them over."""
    names = {one.id: one.department_name for one in departments}
    other = speech.say(_ELSEWHERE)
    return tuple(
        LeftClient(
            id=str(client.conversation_id),
            title=_title(client),
            department=names.get(client.department_id, other),
            unread=client.unread_count,
            scheduled=client.scheduled_count,
            receivers=tuple(
                Choice(
                    str(one.id),
                    one.full_name,
                    str(one.id) == chosen.get(f"to_{client.conversation_id}"),
                )
                for one in colleagues
                if carries(one, client.department_id)
            ),
        )
        for client in clients
    )


def carries(person: StaffView, department_id: UUID) -> bool:
    """Whether somebody can have clients in a department; the owner has the last word."""
    return person.is_active and any(
        held.role is Role.CASE_MANAGER and held.department_id in {None, department_id}
        for held in person.roles
    )


def _place(held: HeldRole, names: dict[UUID, str], speech: Speech) -> str:
    if held.department_id is None:
        return speech.say(_EVERYWHERE)
    return names.get(held.department_id, speech.say(_ELSEWHERE))


def _title(client: ActiveClient) -> str:
    name = f"{client.first_name} {client.last_name}".strip()
    return name or phone_words(client.sender or "")
