"""Grants the asker permission for one conversation at scheduler or export (architecture §6)."""

from collections.abc import Mapping
from types import MappingProxyType

from clientcomm_contracts.conversations.requests import GetGrant, GrantReply
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import Action, ConversationState
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    Right,
    StaffRights,
    may,
)

_RIGHTS: Mapping[Action, Right] = MappingProxyType(
    {Action.READ: Right.READ, Action.SCHEDULE: Right.SCHEDULE, Action.EXPORT: Right.EXPORT}
)


async def get_grant(reader: Reader, request: GetGrant) -> GrantReply:
    """A grant for those of the wanted actions that are allowed; refused if none is.

    It covers the threads that were merged into the conversation as well.
    """
    rights = await rights_of(reader, request.asker)
    access = await readable(reader, rights, request.conversation_id)
    staff = await reader.staff(rights.staff_id)
    if staff is None:
        raise not_found("account")
    actions = _allowed(request.actions, rights, access.facts)
    return GrantReply(
        grant=Grant(
            staff_id=rights.staff_id,
            staff_name=staff.full_name,
            actions=actions,
            conversation_ids=frozenset({access.conversation_id, *access.absorbed}),
        ),
        time_zone=access.time_zone,
        title=access.title,
        assigned_to=access.assigned_to,
        sequence=access.sequence,
        absorbed=access.absorbed,
    )


def _allowed(
    wanted: frozenset[Action], rights: StaffRights, facts: ConversationFacts
) -> frozenset[Action]:
    permitted = frozenset(a for a in wanted if may(rights, _RIGHTS[a], facts))
    if not permitted:
        raise not_allowed()
    if facts.state not in {ConversationState.CLOSED, ConversationState.BLOCKED}:
        return permitted
    possible = permitted - {Action.SCHEDULE}
    if not possible:
        raise Refused(
            "conversation_closed",
            "This conversation is closed. Open it again to schedule a text.",
            kind="conflict",
        )
    return possible
