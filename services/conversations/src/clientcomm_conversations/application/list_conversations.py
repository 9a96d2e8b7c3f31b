"""Lists the conversations that the asker may see (rule 2.13)."""

from clientcomm_contracts.conversations.reading import ConversationsReply, ListConversations
from clientcomm_contracts.conversations.views import ConversationRow
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import Right, belongs_to, may


async def list_conversations(reader: Reader, request: ListConversations) -> ConversationsReply:
    """One page; who may see but not read (an administrator) gets rows without the last text."""
    rights = await rights_of(reader, request.asker)
    if request.department_id is not None and not belongs_to(rights).includes(request.department_id):
        raise not_found("department")
    page = await reader.conversations(rights, request)
    items = tuple(
        row if may(rights, Right.READ, facts) else without_text(row)
        for row, facts in zip(page.items, page.facts, strict=True)
    )
    return ConversationsReply(
        items=items, next=page.next, unread_conversations=page.unread_conversations
    )


def without_text(row: ConversationRow) -> ConversationRow:
    """The row for someone who may not read message text (rule 1.1); no direction says so."""
    return row.model_copy(update={"last_text": "", "last_text_direction": None})
