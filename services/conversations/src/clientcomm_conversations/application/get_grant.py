"""Grants the asker permission for one conversation at scheduler or export (architecture §6)."""

from clientcomm_contracts.conversations.rights import GetGrant, GrantReply
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.granting import grant_of, permitted, possible
from clientcomm_conversations.application.reading import Reader


async def get_grant(reader: Reader, request: GetGrant) -> GrantReply:
    """A grant for those of the wanted actions that are allowed; refused if none is."""
    rights = await rights_of(reader, request.asker)
    access = await readable(reader, rights, request.conversation_id)
    allowed = permitted(request.actions, rights, access.facts)
    if not allowed:
        raise not_allowed()
    if not possible(allowed, access.facts):
        raise Refused(
            "conversation_closed",
            "This conversation is closed. Open it again to schedule a text.",
            kind="conflict",
        )
    grant = await grant_of(reader, rights, access, allowed)
    if grant is None:
        raise not_found("account")
    return GrantReply(
        grant=grant,
        time_zone=access.time_zone,
        title=access.title,
        assigned_to=access.assigned_to,
        sequence=access.sequence,
        absorbed=access.absorbed,
    )
