"""sms fetched attachments of inbound texts, or says that they cannot be had (rule 3.5)."""

from collections.abc import Sequence

from clientcomm_contracts.conversations.events import AttachmentStoredV1
from clientcomm_contracts.sms import MediaStoredV1
from clientcomm_conversations.application.writing import Writer


async def store_attachments(writer: Writer, events: Sequence[MediaStoredV1]) -> None:
    """Remember where the bytes lie, and tell it in the thread if the text stands there already."""
    causes = {event.media_id: event for event in events}
    files = [file for file in await writer.store_files(events) if file.message_id is not None]
    held = await writer.lock(file.conversation_id for file in files if file.conversation_id)
    for file in files:
        thread = held.get(file.conversation_id) if file.conversation_id else None
        if thread is None or file.message_id is None:
            continue
        writer.publish(
            AttachmentStoredV1(
                aggregate_id=thread.id,
                sequence=thread.next_sequence(),
                occurred_at=writer.now(),
                message_id=file.message_id,
                department_id=thread.department_id,
                attachment=file.attachment,
            ),
            cause=causes[file.attachment.id],
        )
    await writer.save(list(held.each()))
