"""Shows a client as the asker's department knows them."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.conversations.clients import ClientReply, GetClient
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import ClientSeen, Reader
from clientcomm_conversations.domain.permissions import (
    Relation,
    Right,
    StaffRights,
    may,
    relation_to,
)

_NEAREST_FIRST = tuple(Relation)


async def get_client(reader: Reader, request: GetClient) -> ClientReply:
    """A client with whom the asker may see a conversation; follows merges."""
    rights = await rights_of(reader, request.asker)
    seen = await _seen(reader, rights, request.client_id)
    nearest = _nearest(seen, rights)
    history = None
    if request.with_history and nearest.conversation_id is not None:
        history = await reader.client_history(nearest.id, nearest.conversation_id)
    return ClientReply(
        client=nearest,
        history=history,
        may_edit=any(may(rights, Right.EDIT, one.facts) for one in seen),
        may_merge=any(may(rights, Right.MERGE, one.facts) for one in seen),
    )


async def client_view(reader: Reader, rights: StaffRights, client_id: UUID) -> ClientView:
    """The client, by the asker's nearest conversation. Refused as not_found if there is none."""
    return _nearest(await _seen(reader, rights, client_id), rights)


async def _seen(reader: Reader, rights: StaffRights, client_id: UUID) -> Sequence[ClientSeen]:
    seen = [c for c in await reader.client(client_id) if may(rights, Right.SEE, c.facts)]
    if not seen:
        raise not_found("client")
    return seen


def _nearest(seen: Sequence[ClientSeen], rights: StaffRights) -> ClientView:
    nearest = min(seen, key=lambda c: _NEAREST_FIRST.index(relation_to(rights, c.facts)))
    if may(rights, Right.READ, nearest.facts):
        return nearest.client
    return nearest.client.model_copy(update={"notes": ""})
