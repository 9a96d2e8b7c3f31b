"""Whether a conversation's department is open; a closed one's stay as they are (rule 6.1)."""

from uuid import UUID

from clientcomm_conversations.application.writing import Writer


async def is_department_open(writer: Writer, conversation_id: UUID) -> bool:
    """True until the transaction ends, if it is; asked before the conversation is locked."""
    access = await writer.reader().access(conversation_id)
    return access is not None and await writer.has_department(access.facts.department_id)
