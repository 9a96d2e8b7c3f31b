"""`/mass-messages`: one text to many (rule 3.11)."""

from uuid import UUID

from fastapi import APIRouter, Response

from clientcomm_contracts.conversations.mass_messages import (
    GetMassMessage,
    SendMassMessage,
    StopMassMessage,
)
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Reading, Sending, Writing
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Mass messages"])

_WITHIN = 30.0
_OK = 200


@router.post(
    "/mass-messages",
    status_code=201,
    summary="Text many clients",
    responses={200: {"model": models.MassMessage, "description": "A preview; nothing was sent"}},
)
async def send_mass_message(
    new: models.NewMassMessage, caller: Sending, response: Response
) -> models.MassMessage:
    """One text to each of these conversations, once per `Idempotency-Key`.

    Who cannot be texted is left out and listed in `skipped`.
    """
    reply = await caller.ask(
        SendMassMessage(
            asker=caller.asker,
            repeat_key=None if new.preview else caller.repeat_key(new),
            conversation_ids=tuple(new.conversation_ids),
            body=new.body,
            is_preview=new.preview,
        ),
        within=_WITHIN,
    )
    if new.preview:
        response.status_code = _OK
    else:
        await caller.note_deed(Deed.MASS_MESSAGE_SENT, reply.mass_message.id)
    return shapes.mass_message(reply)


@router.get("/mass-messages/{mass_message_id}", summary="How far it is")
async def get_mass_message(mass_message_id: UUID, caller: Reading) -> models.MassMessage:
    """Its recipients' states, counted."""
    question = GetMassMessage(asker=caller.asker, mass_message_id=mass_message_id)
    return shapes.mass_message(await caller.ask(question))


@router.post("/mass-messages/{mass_message_id}/stop", summary="Send no more of it")
async def stop_mass_message(mass_message_id: UUID, caller: Writing) -> models.MassMessage:
    """What has not been handed over is not sent."""
    question = StopMassMessage(
        asker=caller.asker,
        repeat_key=caller.repeat_key_if_given(),
        mass_message_id=mass_message_id,
    )
    reply = await caller.ask(question)
    await caller.note_deed(Deed.MASS_MESSAGE_STOPPED, mass_message_id)
    return shapes.mass_message(reply)
