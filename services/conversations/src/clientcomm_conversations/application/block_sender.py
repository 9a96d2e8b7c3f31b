"""Spam is hidden and kept, and may come back; it never touches the opt-out list (rule 2.8)."""

from functools import partial

from clientcomm_contracts.conversations.inbox import BlockSender, UnblockSender
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import conversation_view
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.marking import mark, name_of
from clientcomm_conversations.application.open_departments import is_department_open
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals import department as department_refusals
from clientcomm_conversations.domain.refusals import inbox as refusals
from clientcomm_conversations.domain.thread import Thread


async def block_sender(writer: Writer, request: BlockSender) -> ConversationReply:
    """Hide an unknown sender; without effect the second time. Raises Refused."""
    work = partial(_change, writer, request, ConversationState.BLOCKED, MarkerKind.BLOCKED)
    return await once(writer, request, work)


async def unblock_sender(writer: Writer, request: UnblockSender) -> ConversationReply:
    """Back into the unassigned inbox; without effect where it is. Raises Refused."""
    work = partial(_change, writer, request, ConversationState.UNASSIGNED, MarkerKind.UNBLOCKED)
    return await once(writer, request, work)


async def _change(
    writer: Writer,
    request: BlockSender | UnblockSender,
    to: ConversationState,
    kind: MarkerKind,
) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    is_open = await is_department_open(writer, request.conversation_id)
    thread = await lock_thread(writer, request.conversation_id, rights, Right.BLOCK)
    if thread.client_id is not None:
        raise refusals.a_client_is_no_spam()
    if not is_open:
        raise department_refusals.stays_closed()
    if thread.state is not to:
        await _save(writer, thread, to, kind, request)
    return ConversationReply(
        conversation=await conversation_view(writer.reader(), rights, thread.id)
    )


async def _save(
    writer: Writer,
    thread: Thread,
    to: ConversationState,
    kind: MarkerKind,
    request: BlockSender | UnblockSender,
) -> None:
    by = request.asker.staff_id
    thread.state = to
    writer.publish(facts.conversation_changed(thread, now=writer.now(), by_staff_id=by))
    mark(writer, thread, kind, by=by, by_name=await name_of(writer, by))
    await writer.save([thread])
