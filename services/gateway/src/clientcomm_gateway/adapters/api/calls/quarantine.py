"""`/quarantine`: texts that reached no open department."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from clientcomm_contracts.conversations.quarantine import (
    AssignQuarantined,
    FiledAs,
    FileQuarantined,
    ListQuarantine,
    QuarantinedKind,
    QuarantinedText,
)
from clientcomm_gateway.adapters.api import models
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.api.fields import Cursor
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Quarantine"])


class Quarantined(models.Answer):
    """A text that waits; `body` only for supervisors of the department it was given to.

    `closed_department`: the number texted is one of a department that is closed.
    """

    id: UUID
    number_from: str
    number_to: str
    kind: QuarantinedKind
    received_at: datetime
    department_id: UUID | None
    department: str | None
    closed_department: str | None
    body: str | None


class QuarantineAssignment(models.Input):
    """Which department it is given to."""

    department_id: UUID


class FiledText(models.Answer):
    """Where it stands now, and by which branch of the rules."""

    id: UUID
    department_id: UUID
    conversation_id: UUID
    filed_as: FiledAs


@router.get("/quarantine", summary="Texts to numbers of nobody")
async def list_quarantine(
    caller: Reading,
    request: Request,
    response: Response,
    cursor: Annotated[Cursor | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> models.Page[Quarantined]:
    """All for administrators; for supervisors what their departments were given."""
    question = ListQuarantine(asker=caller.asker, cursor=cursor, limit=limit)
    reply = await caller.ask(question)
    await _note_read(caller, *reply.items)
    return page(map(_shown, reply.items), reply.next, request, response)


@router.post("/quarantine/{text_id}/assign", summary="Give to a department")
async def assign_quarantined(
    text_id: UUID, assignment: QuarantineAssignment, caller: Writing
) -> Quarantined:
    """For administrators; its supervisors read it from now on."""
    reply = await caller.ask(
        AssignQuarantined(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(assignment),
            text_id=text_id,
            department_id=assignment.department_id,
        )
    )
    await caller.note_deed(Deed.QUARANTINED_ASSIGNED, text_id, assignment.department_id)
    return _shown(reply.text)


@router.post("/quarantine/{text_id}/file", summary="File in a department")
async def file_quarantined(
    text_id: UUID, assignment: QuarantineAssignment, caller: Writing
) -> FiledText:
    """As if it had been sent to the department: to its client with that number, else its inbox.

    For administrators, and supervisors of the department that it was given to. 409 with `code`
    `already_filed` if somebody was faster.
    """
    reply = await caller.ask(
        FileQuarantined(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(assignment),
            text_id=text_id,
            department_id=assignment.department_id,
        )
    )
    await caller.note_deed(
        Deed.QUARANTINED_FILED,
        text_id,
        reply.department_id,
        reply.conversation_id,
        filed_as=reply.filed_as,
    )
    return FiledText(
        id=reply.text_id,
        department_id=reply.department_id,
        conversation_id=reply.conversation_id,
        filed_as=reply.filed_as,
    )


async def _note_read(caller: Caller, *texts: QuarantinedText) -> None:
    read = [text.id for text in texts if text.body is not None]
    if read:
        await caller.note_deed(Deed.TEXTS_READ, *read)


def _shown(text: QuarantinedText) -> Quarantined:
    return Quarantined(
        id=text.id,
        number_from=text.number_from,
        number_to=text.number_to,
        kind=text.kind,
        received_at=text.received_at,
        department_id=text.department_id,
        department=text.department_name,
        closed_department=text.closed_department_name,
        body=text.body,
    )
