"""A closed conversation is opened by hand (rule 2.11)."""

from functools import partial

from clientcomm_contracts.conversations.caseload import ReopenConversation
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import conversation_view
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.marking import mark_opened
from clientcomm_conversations.application.open_departments import is_department_open
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals import caseload as refusals
from clientcomm_conversations.domain.refusals import department as department_refusals
from clientcomm_conversations.domain.thread import Thread


async def reopen_conversation(writer: Writer, request: ReopenConversation) -> ConversationReply:
    """Open it for who had it last, if they still can have it, else for the inbox; once per key.

    What closing canceled stays canceled.
    """
    return await once(writer, request, partial(_reopen, writer, request))


async def _reopen(writer: Writer, request: ReopenConversation) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    is_open = await is_department_open(writer, request.conversation_id)
    thread = await lock_thread(writer, request.conversation_id, rights, Right.CLOSE)
    if thread.state is not ConversationState.CLOSED:
        raise refusals.not_closed()
    if not is_open:
        raise department_refusals.stays_closed()
    await _open(writer, thread, request)
    view = await conversation_view(writer.reader(), rights, thread.id)
    return ConversationReply(conversation=view)


async def _open(writer: Writer, thread: Thread, request: ReopenConversation) -> None:
    now, by = writer.now(), request.asker.staff_id
    thread.give_to(thread.returns_to(), assignment_id=writer.new_id(), at=now, by_staff_id=by)
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by))
    await mark_opened(writer, thread, by=by, why="by_hand")
    await writer.save([thread])
