"""One conversation is closed with an outcome (rule 2.11)."""

from functools import partial

from clientcomm_contracts.conversations.caseload import CloseConversation
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.closing import close, outcome_to_close_with
from clientcomm_conversations.application.get_conversation import conversation_view
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.caseload import Case, against_closing, refused_because
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals import caseload as refusals


async def close_conversation(writer: Writer, request: CloseConversation) -> ConversationReply:
    """Close it, once per key."""
    return await once(writer, request, partial(_close, writer, request))


async def _close(writer: Writer, request: CloseConversation) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    thread = await lock_thread(writer, request.conversation_id, rights, Right.CLOSE)
    reason = against_closing(Case(thread.id, thread.facts), rights)
    if reason is not None:
        raise refused_because(reason)
    outcome = await outcome_to_close_with(writer, request.outcome_id)
    if outcome is not None and outcome.department_id != thread.department_id:
        raise refusals.unknown_outcome()
    if request.unread_shown is not None and thread.unread_count > request.unread_shown:
        raise refusals.texts_arrived()
    await close(writer, [thread], by_staff_id=rights.staff_id, chosen=outcome)
    view = await conversation_view(writer.reader(), rights, thread.id)
    return ConversationReply(conversation=view)
