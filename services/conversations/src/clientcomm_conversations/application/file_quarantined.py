"""A text in quarantine goes to where it belongs, once (rules 1.1, 2.7)."""

from functools import partial

from clientcomm_contracts.conversations.quarantine import (
    FiledAs,
    FileQuarantined,
    QuarantineFiledReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.arriving import arrive
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.heard_late import heard_late
from clientcomm_conversations.application.quarantine import scope_of, sees
from clientcomm_conversations.application.quarantined_rows import KeptText
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)
from clientcomm_conversations.domain.refusals import quarantine as refusals


async def file_quarantined(writer: Writer, request: FileQuarantined) -> QuarantineFiledReply:
    """File it as if it had been sent to the department, once per key. Raises Refused."""
    return await once(writer, request, partial(_file, writer, request))


async def _file(writer: Writer, request: FileQuarantined) -> QuarantineFiledReply:
    rights = await rights_of(writer, request.asker)
    text = await writer.quarantine.text(request.text_id)
    if text is None or not sees(scope_of(rights), text):
        raise not_found("text")
    _check(rights, text, request)
    if text.filed_at is not None:
        raise refusals.already_filed()
    department_id = request.department_id
    if await writer.quarantine.closed_among([department_id]) or not await writer.has_department(
        department_id
    ):
        raise not_found("department")
    received = await writer.quarantine.as_received(text.id)
    event = await heard_late(writer, received, department_id, by_staff_id=rights.staff_id)
    # Nobody is answered by a machine for what they texted hours or days ago.
    ((filed, message),) = await arrive(writer, [event], is_answered=False)
    await writer.quarantine.note_filed(text.id, message.id, by_staff_id=rights.staff_id)
    return QuarantineFiledReply(
        text_id=text.id,
        department_id=department_id,
        conversation_id=filed.conversation_id,
        filed_as=FiledAs(filed.filing.value),
    )


def _check(rights: StaffRights, text: KeptText, request: FileQuarantined) -> None:
    files = department_reach(rights, DepartmentRight.FILE_QUARANTINE)
    if text.department_id is not None and not files.includes(text.department_id):
        raise not_allowed()
    if not files.includes(request.department_id):
        raise not_found("department")
