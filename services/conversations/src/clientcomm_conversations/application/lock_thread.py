"""A conversation is held until the end of the transaction, for who may do something with it."""

from uuid import UUID

from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import require
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right, StaffRights
from clientcomm_conversations.domain.thread import Thread


async def lock_thread(
    writer: Writer, conversation_id: UUID, rights: StaffRights, right: Right
) -> Thread:
    """The conversation, or the survivor that it was merged into. Raises Refused."""
    thread = (await writer.lock([conversation_id])).get(conversation_id)
    if thread is None:
        raise not_found("conversation")
    require(rights, right, thread.facts)
    return thread
