"""Where the bytes of an attachment lie, and whose conversation it belongs to."""

from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.reading import StoredFile

_ATTACHMENT = text(
    """
    select m.conversation_id, a.object_key, a.content_type, a.file_name
      from attachment a join message m on m.id = a.message_id
     where a.id = :attachment_id
    """
)


async def attachment(tx: Executes, attachment_id: UUID) -> StoredFile | None:
    """An attachment of a text; one that no text has yet is nobody's."""
    found = await tx.execute(_ATTACHMENT, {"attachment_id": attachment_id})
    row = found.one_or_none()
    if row is None:
        return None
    return StoredFile(
        conversation_id=row.conversation_id,
        object_key=row.object_key,
        content_type=row.content_type,
        file_name=row.file_name,
    )
