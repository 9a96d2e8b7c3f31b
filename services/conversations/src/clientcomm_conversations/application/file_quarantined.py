"""A text in quarantine goes to where it belongs, once (rules 1.1, 2.7)."""

from functools import partial

from clientcomm_contracts.conversations.quarantine import (
    FiledAs,
    FileQuarantined,
    QuarantineFiledReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.sms import SetOptOutV1, TextReceivedV1
from clientcomm_contracts.values import TextTag
from clientcomm_conversations.application.arriving import arrive
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.quarantine import scope_of, sees
from clientcomm_conversations.application.quarantined_rows import KeptText, OptOutStanding
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain import refusals_quarantine as refusals
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)


async def file_quarantined(writer: Writer, request: FileQuarantined) -> QuarantineFiledReply:
    """File it as if it had been sent to the department, once per key. Raises Refused."""
    return await once(
        writer,
        request.asker,
        request.repeat_key,
        QuarantineFiledReply,
        partial(_file, writer, request),
    )


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
    event = await _decided(writer, request, rights)
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


async def _decided(writer: Writer, request: FileQuarantined, rights: StaffRights) -> TextReceivedV1:
    """The text with how its sender stands to this department; a STOP holds here as well."""
    event = await writer.quarantine.as_received(request.text_id, request.department_id)
    standing = await writer.quarantine.opt_out(request.department_id, event.number_from)
    if _stops(event, standing):
        writer.publish(
            SetOptOutV1(
                department_id=request.department_id,
                number=event.number_from,
                is_opted_out=True,
                by_staff_id=rights.staff_id,
            )
        )
    is_opted_out = standing is not None and standing.is_opted_out
    return event.model_copy(update={"is_opted_out": is_opted_out})


def _stops(event: TextReceivedV1, standing: OptOutStanding | None) -> bool:
    """A STOP, unless the sender said something newer to this department (rule 3.7)."""
    if event.tag is not TextTag.STOP:
        return False
    return standing is None or (not standing.is_opted_out and standing.since <= event.received_at)
