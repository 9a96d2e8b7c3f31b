"""A conversation of the unassigned inbox gets a case manager (rule 2.8)."""

from functools import partial

from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import ConversationView
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import conversation_view, without_texts
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.marking import mark
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Right,
    StaffRights,
    may,
    may_in_department,
)
from clientcomm_conversations.domain.refusals.caseload import not_a_case_manager
from clientcomm_conversations.domain.refusals.inbox import not_in_inbox
from clientcomm_conversations.domain.thread import Thread


async def assign_conversation(writer: Writer, request: AssignConversation) -> ConversationReply:
    """Give it to a case manager of the department, once per key."""
    return await once(writer, request, partial(_assign, writer, request))


async def _assign(writer: Writer, request: AssignConversation) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    receiver = await writer.receiver_rights(request.staff_id)
    thread = await lock_thread(writer, request.conversation_id, rights, Right.ASSIGN)
    if thread.state is not ConversationState.UNASSIGNED:
        raise not_in_inbox()
    if receiver is None or not may_in_department(
        receiver, DepartmentRight.HAVE_CASELOAD, thread.department_id
    ):
        raise not_a_case_manager()
    may_read = may(rights, Right.READ, thread.facts)
    await _give(writer, thread, request)
    view = await _view(writer, thread, rights, receiver)
    return ConversationReply(conversation=view if may_read else without_texts(view))


async def _give(writer: Writer, thread: Thread, request: AssignConversation) -> None:
    now, by = writer.now(), request.asker.staff_id
    names = await writer.staff_names([by, request.staff_id])
    thread.give_to(request.staff_id, assignment_id=writer.new_id(), at=now, by_staff_id=by)
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by))
    to = {"to_staff": names[request.staff_id]}
    mark(writer, thread, MarkerKind.ASSIGNED, by=by, by_name=names[by], details=to)
    await writer.save([thread])


async def _view(
    writer: Writer, thread: Thread, rights: StaffRights, receiver: StaffRights
) -> ConversationView:
    """As the receiver sees it, with what the asker, who may have lost it by this, may do."""
    view = await conversation_view(writer.reader(), receiver, thread.id)
    return view.model_copy(
        update={
            "may_send": view.may_send and may(rights, Right.SEND, thread.facts),
            "may_assign": may(rights, Right.ASSIGN, thread.facts),
            "moves_read_position": may(rights, Right.MARK_READ, thread.facts),
        }
    )
