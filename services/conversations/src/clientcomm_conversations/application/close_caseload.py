"""Many conversations are closed at once (rule 2.11)."""

from functools import partial

from clientcomm_contracts.conversations.caseload import CaseloadReply, CloseConversations
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.caseload import caseload_reply
from clientcomm_conversations.application.choose_cases import locked_cases
from clientcomm_conversations.application.closing import close, outcome_to_close_with
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.caseload import any_of, sorted_for_closing
from clientcomm_conversations.domain.refusals import caseload as refusals


async def close_caseload(writer: Writer, request: CloseConversations) -> CaseloadReply:
    """Close those that may be closed, once per key; a preview changes nothing."""
    if request.is_preview:
        return await _preview(writer, request)
    return await once(writer, request, partial(_close, writer, request))


async def _preview(writer: Writer, request: CloseConversations) -> CaseloadReply:
    rights = await rights_of(writer, request.asker)
    outcome = await outcome_to_close_with(writer, request.outcome_id)
    asked_for = await writer.cases(request.conversation_ids)
    department_id = outcome.department_id if outcome else None
    chosen = sorted_for_closing(asked_for, rights, outcome_department=department_id)
    return caseload_reply(any_of(chosen), is_preview=True)


async def _close(writer: Writer, request: CloseConversations) -> CaseloadReply:
    rights = await rights_of(writer, request.asker)
    outcome = await outcome_to_close_with(writer, request.outcome_id)
    held, asked_for = await locked_cases(writer, request.conversation_ids)
    department_id = outcome.department_id if outcome else None
    chosen = any_of(sorted_for_closing(asked_for, rights, outcome_department=department_id))
    unread = sum(case.unread_texts for case in chosen.going)
    if request.unread_shown is not None and unread > request.unread_shown:
        raise refusals.texts_arrived()
    threads = [held.threads[case.conversation_id] for case in chosen.going]
    await close(writer, threads, by_staff_id=rights.staff_id, chosen=outcome)
    return caseload_reply(chosen, is_preview=False)
