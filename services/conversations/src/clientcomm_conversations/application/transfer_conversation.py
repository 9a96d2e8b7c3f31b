"""One conversation goes to a colleague (rule 2.9)."""

from functools import partial

from clientcomm_contracts.conversations.caseload import TransferConversation
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.get_conversation import view_after_handing_on
from clientcomm_conversations.application.hand_on import hand_on
from clientcomm_conversations.application.notify_of_transfer import notify_of_transfer
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.tell_of_transfer import tell_of_transfer
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.bodies import tidied
from clientcomm_conversations.domain.caseload import Case, against_transfer, refused_because
from clientcomm_conversations.domain.permissions import Right, StaffRights
from clientcomm_conversations.domain.refusals import caseload as refusals
from clientcomm_conversations.domain.thread import Thread


async def transfer_conversation(writer: Writer, request: TransferConversation) -> ConversationReply:
    """Give it to the colleague, once per key; to whom has it already nothing happens."""
    return await once(writer, request, partial(_transfer, writer, request))


async def _transfer(writer: Writer, request: TransferConversation) -> ConversationReply:
    rights = await rights_of(writer, request.asker)
    receiver = await writer.receiver_rights(request.staff_id)
    held = await writer.lock_to_send([request.conversation_id])
    thread = held.get(request.conversation_id)
    if thread is None:
        raise not_found("conversation")
    require(rights, Right.TRANSFER, thread.facts)
    if receiver is None:
        raise refusals.not_a_case_manager()
    _check(thread, rights, receiver)
    note = tidied(request.note)
    await hand_on(
        writer,
        [thread],
        to_staff_id=receiver.staff_id,
        by_staff_id=rights.staff_id,
        note=note,
    )
    if request.tell_client:
        names = await writer.staff_names([receiver.staff_id])
        await tell_of_transfer(writer, [thread], held, case_manager=names[receiver.staff_id])
    view = await view_after_handing_on(writer.reader(), thread, rights, receiver)
    await notify_of_transfer(
        writer,
        to_staff_id=receiver.staff_id,
        by_staff_id=rights.staff_id,
        count=1,
        note=note,
        row=view.row,
    )
    return ConversationReply(conversation=view)


def _check(thread: Thread, rights: StaffRights, receiver: StaffRights) -> None:
    reason = against_transfer(Case(thread.id, thread.facts), rights, receiver)
    if reason is not None:
        raise refused_because(reason)
