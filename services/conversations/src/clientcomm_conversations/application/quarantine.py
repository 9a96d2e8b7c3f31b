"""Texts that no open department was texted by: administrators give them to one (1.1, 2.7)."""

from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.quarantine import (
    AssignQuarantined,
    ListQuarantine,
    QuarantinedKind,
    QuarantinedReply,
    QuarantinedText,
    QuarantineReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.quarantined_rows import KeptText, QuarantineScope
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Reach,
    StaffRights,
    department_reach,
)
from clientcomm_conversations.domain.refusals import quarantine as refusals


async def list_quarantine(reader: Reader, request: ListQuarantine) -> QuarantineReply:
    """Sender, time and kind; the text for supervisors of the department it was given to."""
    rights = await rights_of(reader, request.asker)
    answers = department_reach(rights, DepartmentRight.ANSWER_QUARANTINE)
    scope = scope_of(rights)
    if not scope.waiting and scope.given.is_empty():
        raise not_found("page")
    texts, following = await reader.quarantined(scope, cursor=request.cursor, limit=request.limit)
    places = await _places(reader, answers)
    files = department_reach(rights, DepartmentRight.FILE_QUARANTINE)
    return QuarantineReply(
        items=tuple(_shown(text, rights) for text in texts),
        next=following,
        may_assign=places,
        may_file=await _places(reader, files),
    )


async def _places(reader: Reader, reach: Reach) -> tuple[UUID, ...]:
    return tuple(one.id for one in await reader.departments(reach)) if not reach.is_empty() else ()


async def assign_quarantined(writer: Writer, request: AssignQuarantined) -> QuarantinedReply:
    """Give a text to a department, whose supervisors read it, once per key. Raises Refused."""
    return await once(writer, request, partial(_assign, writer, request))


async def _assign(writer: Writer, request: AssignQuarantined) -> QuarantinedReply:
    rights = await rights_of(writer, request.asker)
    answers = department_reach(rights, DepartmentRight.ANSWER_QUARANTINE)
    text = await writer.quarantine.text(request.text_id)
    if text is None or not sees(scope_of(rights), text):
        raise not_found("text")
    if answers.is_empty() or (text.department_id and not answers.includes(text.department_id)):
        raise not_allowed()
    if text.filed_at is not None:
        raise refusals.already_filed()
    is_there = await writer.has_department(request.department_id)
    if not is_there or not answers.includes(request.department_id):
        raise not_found("department")
    await writer.quarantine.give(text.id, request.department_id, by_staff_id=rights.staff_id)
    given = await writer.quarantine.text(text.id)
    assert given is not None
    return QuarantinedReply(text=_shown(given, rights))


def scope_of(rights: StaffRights) -> QuarantineScope:
    """What somebody sees of the quarantine."""
    answers = department_reach(rights, DepartmentRight.ANSWER_QUARANTINE)
    reads = department_reach(rights, DepartmentRight.READ_QUARANTINE)
    given = Reach(
        everywhere=answers.everywhere or reads.everywhere,
        departments=answers.departments | reads.departments,
    )
    return QuarantineScope(waiting=not answers.is_empty(), given=given)


def sees(scope: QuarantineScope, text: KeptText) -> bool:
    """Whether this text is part of it."""
    if text.department_id is None:
        return scope.waiting
    return scope.given.includes(text.department_id)


def _shown(text: KeptText, rights: StaffRights) -> QuarantinedText:
    reads = department_reach(rights, DepartmentRight.READ_QUARANTINE)
    may_read = text.department_id is not None and reads.includes(text.department_id)
    return QuarantinedText(
        id=text.id,
        number_from=text.number_from,
        number_to=text.number_to,
        kind=_kind(text),
        received_at=text.received_at,
        department_id=text.department_id,
        department_name=text.department_name,
        closed_department_name=text.closed_department_name,
        body=text.body if may_read else None,
    )


def _kind(text: KeptText) -> QuarantinedKind:
    if text.has_files:
        return QuarantinedKind.TEXT_WITH_FILES if text.body else QuarantinedKind.FILES
    return QuarantinedKind.TEXT if text.body else QuarantinedKind.EMPTY
