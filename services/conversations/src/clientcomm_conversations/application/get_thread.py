"""Shows a page of a thread."""

from clientcomm_contracts.conversations.reading import GetThread, ThreadReply
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.reading import Reader


async def get_thread(reader: Reader, request: GetThread) -> ThreadReply:
    """Texts and markers, oldest first: the newest page, one before a cursor, or around a text."""
    rights = await rights_of(reader, request.asker)
    access = await readable(reader, rights, request.conversation_id)
    page = await reader.thread(
        access, before=request.before, limit=request.limit, around=request.around
    )
    return ThreadReply(
        items=page.items,
        before=page.before,
        sequence=access.sequence,
        is_newest=page.is_newest,
    )
