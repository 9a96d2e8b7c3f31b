"""Shows one text."""

from clientcomm_contracts.conversations.messages import GetMessage, MessageReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.reading import Reader


async def get_message(reader: Reader, request: GetMessage) -> MessageReply:
    """One text of a conversation that the asker may read."""
    rights = await rights_of(reader, request.asker)
    conversation_id = await reader.conversation_of_message(request.message_id)
    if conversation_id is None:
        raise not_found("message")
    access = await readable(reader, rights, conversation_id, what="message")
    message = await reader.message(access, request.message_id)
    if message is None:
        raise not_found("message")
    return MessageReply(message=message)
