"""Says where an attachment's bytes lie."""

from clientcomm_contracts.conversations.reading import AttachmentReply, GetAttachment
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import readable
from clientcomm_conversations.application.reading import Reader


async def get_attachment(reader: Reader, request: GetAttachment) -> AttachmentReply:
    """An attachment of a conversation that the asker may read, once its bytes are stored."""
    rights = await rights_of(reader, request.asker)
    stored = await reader.attachment(request.attachment_id)
    if stored is None:
        raise not_found("attachment")
    access = await readable(reader, rights, stored.conversation_id, what="attachment")
    if stored.object_key is None:
        raise Refused(
            "attachment_missing",
            "This file is not here: it is still being fetched, or could not be had.",
            kind="not_found",
        )
    return AttachmentReply(
        conversation_id=access.conversation_id,
        object_key=stored.object_key,
        content_type=stored.content_type,
        file_name=stored.file_name,
    )
