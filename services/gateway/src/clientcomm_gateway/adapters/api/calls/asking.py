"""Asking a colleague for a client (rule 2.4)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from clientcomm_contracts.conversations.asking import AskForTransfer
from clientcomm_gateway.adapters.api.callers import Writing
from clientcomm_gateway.adapters.api.fields import Line
from clientcomm_gateway.adapters.api.models import Answer, Input, StaffRef
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Clients"])

_OK = 200


class TransferRequest(Input):
    """A client whose number you know, and whom a colleague of your department has."""

    phone: Annotated[Line, Field(min_length=1, max_length=40)]
    department_id: UUID | None = None
    client_id: UUID | None = None


class TransferAsked(Answer):
    """Whom you asked, and when; `is_repeated`: less than a day ago, nobody is told again."""

    client_id: UUID
    asked: StaffRef
    asked_at: datetime
    is_repeated: bool


@router.post(
    "/transfer-requests",
    status_code=201,
    summary="Ask for a colleague's client",
    responses={200: {"model": TransferAsked, "description": "You asked less than a day ago"}},
)
async def ask_for_transfer(
    wanted: TransferRequest, caller: Writing, response: Response
) -> TransferAsked:
    """The colleague and the supervisors get an e-mail that leads to the transfer.

    409 with `code` `not_with_a_colleague`, or `number_shared` (`clients`): name the `client_id`.
    """
    reply = await caller.ask(
        AskForTransfer(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(wanted),
            **wanted.model_dump(),
        )
    )
    again = {"again": "yes"} if reply.is_repeated else {}
    await caller.note_deed(Deed.TRANSFER_ASKED, reply.client_id, reply.asked.id, **again)
    if reply.is_repeated:
        response.status_code = _OK
    return TransferAsked(
        client_id=reply.client_id,
        asked=StaffRef(id=reply.asked.id, full_name=reply.asked.full_name),
        asked_at=reply.asked_at,
        is_repeated=reply.is_repeated,
    )
