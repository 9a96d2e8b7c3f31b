"""Many conversations go to one colleague at once (rule 2.9)."""

from functools import partial

from clientcomm_contracts.conversations.caseload import CaseloadReply, TransferConversations
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.caseload import caseload_reply
from clientcomm_conversations.application.choose_cases import locked_cases
from clientcomm_conversations.application.hand_on import hand_on
from clientcomm_conversations.application.notify_of_transfer import notify_of_transfer
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.tell_of_transfer import tell_of_transfer
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.bodies import tidied
from clientcomm_conversations.domain.caseload import any_of, sorted_for_transfer
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)
from clientcomm_conversations.domain.refusals import caseload as refusals


async def transfer_caseload(writer: Writer, request: TransferConversations) -> CaseloadReply:
    """Move those that may be moved, once per key; a preview changes nothing."""
    if request.is_preview:
        return await _preview(writer, request)
    return await once(writer, request, partial(_transfer, writer, request))


async def _preview(writer: Writer, request: TransferConversations) -> CaseloadReply:
    rights = await rights_of(writer, request.asker)
    receiver = _case_manager(await writer.staff_rights(request.staff_id))
    asked_for = await writer.cases(request.conversation_ids)
    chosen = sorted_for_transfer(asked_for, rights, receiver)
    return caseload_reply(any_of(chosen), is_preview=True)


async def _transfer(writer: Writer, request: TransferConversations) -> CaseloadReply:
    rights = await rights_of(writer, request.asker)
    receiver = _case_manager(await writer.receiver_rights(request.staff_id))
    held, asked_for = await locked_cases(
        writer, request.conversation_ids, to_send=request.tell_clients
    )
    chosen = any_of(sorted_for_transfer(asked_for, rights, receiver))
    threads = [held.threads[case.conversation_id] for case in chosen.going]
    note, to, by = tidied(request.note), receiver.staff_id, rights.staff_id
    await hand_on(writer, threads, to_staff_id=to, by_staff_id=by, note=note)
    await notify_of_transfer(writer, to_staff_id=to, by_staff_id=by, count=len(threads), note=note)
    if request.tell_clients:
        names = await writer.staff_names([to])
        await tell_of_transfer(writer, threads, held, case_manager=names[to])
    return caseload_reply(chosen, is_preview=False)


def _case_manager(receiver: StaffRights | None) -> StaffRights:
    if receiver is None or department_reach(receiver, DepartmentRight.HAVE_CASELOAD).is_empty():
        raise refusals.not_a_case_manager()
    return receiver
