"""A conversation's status and category are set (rule 2.12)."""

from functools import partial

from clientcomm_contracts.conversations.labels import LabelKind, SetLabels
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_conversation import conversation_view
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals.caseload import unknown_label


async def set_labels(writer: Writer, request: SetLabels) -> ConversationReply:
    """Set or clear them, once per key."""
    return await once(writer, request, partial(_set, writer, request))


async def _set(writer: Writer, request: SetLabels) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    wanted = {LabelKind.STATUS: request.status_id, LabelKind.CATEGORY: request.category_id}
    changes = {kind: wanted[kind] for kind in sorted(request.changes)}
    offered_by = {
        kind: await writer.department_offering(kind, label_id)
        for kind, label_id in changes.items()
        if label_id is not None
    }
    thread = await lock_thread(writer, request.conversation_id, rights, Right.EDIT)
    for kind, label_id in changes.items():
        # Only what the conversation's own department offers.
        if label_id is not None and offered_by[kind] != thread.department_id:
            raise unknown_label(kind)
        await writer.set_label(thread.id, kind, label_id)
    if request.changes:
        changed = facts.conversation_changed(thread, now=writer.now(), by_staff_id=rights.staff_id)
        await writer.save([thread])
        writer.publish(changed)
    view = await conversation_view(writer.reader(), rights, thread.id)
    return ConversationReply(conversation=view)
