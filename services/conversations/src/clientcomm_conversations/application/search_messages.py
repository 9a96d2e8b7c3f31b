"""Searches the text of messages in the conversations that the asker may read (rule 2.14)."""

from clientcomm_contracts.conversations.reading import Box
from clientcomm_contracts.conversations.search import SearchMessages, SearchMessagesReply
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.refusals.search import search_too_common
from clientcomm_conversations.domain.search_scope import (
    SearchScope,
    all_of,
    caseload_of,
    cover_of,
    inbox_of,
)
from clientcomm_conversations.domain.search_words import plain

_MOST_WORDS = 12


async def search_messages(reader: Reader, request: SearchMessages) -> SearchMessagesReply:
    """One page of texts with all of these words, newest first."""
    rights = await rights_of(reader, request.asker)
    scope = await _scope(reader, rights, request)
    words = plain(request.q).split()[:_MOST_WORDS]
    page = await reader.search_texts(scope, words=words, cursor=request.cursor, limit=request.limit)
    if page is None:
        raise search_too_common()
    return SearchMessagesReply(items=page.items, next=page.next)


async def _scope(reader: Reader, rights: StaffRights, request: SearchMessages) -> SearchScope:
    if request.conversation_id is not None:
        access = await readable(reader, rights, request.conversation_id)
        return SearchScope(rights.staff_id, (), conversation_id=access.conversation_id)
    match request.box:
        case Box.MINE:
            return caseload_of(rights)
        case Box.COVERING:
            return cover_of(rights)
        case Box.UNASSIGNED:
            return inbox_of(rights)
        case Box.DEPARTMENT | None:
            return all_of(rights)
