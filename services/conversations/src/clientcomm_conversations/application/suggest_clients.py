"""Clients who may be an unknown sender: by number first, then by what somebody typed (2.7, 2.8)."""

from clientcomm_contracts.conversations.inbox import MaybeClientsReply, SuggestClients
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.search_words import plain


async def suggest_clients(reader: Reader, request: SuggestClients) -> MaybeClientsReply:
    """To whom the conversation may be attached. Raises Refused."""
    rights = await rights_of(reader, request.asker)
    access = await reader.access(request.conversation_id)
    if access is None:
        raise not_found("conversation")
    require(rights, Right.ATTACH, access.facts)
    words = tuple(plain(request.q).split())
    by_number = await reader.clients_with_number_of(access.conversation_id)
    known = {one.client_id for one in by_number}
    department_id = access.facts.department_id
    searched = await reader.clients_called(department_id, words) if words else ()
    return MaybeClientsReply(
        items=(*by_number, *(one for one in searched if one.client_id not in known))
    )
