"""Says who of those connected may see a conversation, for live updates."""

from clientcomm_contracts.conversations.rights import ListViewers, ViewersReply
from clientcomm_conversations.application.reading import Reader


async def list_viewers(reader: Reader, request: ListViewers) -> ViewersReply:
    """Those who may read it now, each with their own count of unread conversations."""
    counts = await reader.viewers(request.conversation_id, request.staff_ids)
    return ViewersReply(unread_conversations=dict(counts))
