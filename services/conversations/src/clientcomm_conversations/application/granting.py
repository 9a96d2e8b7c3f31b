"""Grants: what someone may have done to a conversation elsewhere (architecture §6)."""

from collections.abc import Mapping
from types import MappingProxyType

from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import Action, ConversationState
from clientcomm_conversations.application.reading import Access, Reader
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    Right,
    StaffRights,
    may,
)

_RIGHTS: Mapping[Action, Right] = MappingProxyType(
    {Action.READ: Right.READ, Action.SCHEDULE: Right.SCHEDULE, Action.EXPORT: Right.EXPORT}
)
_SHUT = (ConversationState.CLOSED, ConversationState.BLOCKED)


def permitted(
    wanted: frozenset[Action], rights: StaffRights, facts: ConversationFacts
) -> frozenset[Action]:
    """Those of the wanted actions that this person may do, whatever state it is in."""
    return frozenset(action for action in wanted if may(rights, _RIGHTS[action], facts))


def possible(actions: frozenset[Action], facts: ConversationFacts) -> frozenset[Action]:
    """Those that can be done in this state: nothing is scheduled where nobody may write."""
    return actions - {Action.SCHEDULE} if facts.state in _SHUT else actions


async def grant_of(
    reader: Reader, rights: StaffRights, access: Access, wanted: frozenset[Action]
) -> Grant | None:
    """A grant for those of the wanted actions that are allowed and possible, if there are any.

    It covers the threads that were merged into the conversation as well.
    """
    actions = possible(permitted(wanted, rights, access.facts), access.facts)
    staff = await reader.staff(rights.staff_id) if actions else None
    if staff is None:
        return None
    return Grant(
        staff_id=rights.staff_id,
        staff_name=staff.full_name,
        actions=actions,
        conversation_ids=frozenset({access.conversation_id, *access.absorbed}),
    )
