"""Messages: send, read, send again; attachments."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from clientcomm_contracts.conversations.messages import GetMessage, ResendMessage, SendMessage
from clientcomm_contracts.conversations.reading import GetAttachment, GetConversation, GetThread
from clientcomm_contracts.conversations.views import MessageView
from clientcomm_contracts.faults import not_found
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Sending, Writing
from clientcomm_gateway.adapters.api.fields import NO_NUL
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.adapters.web.pages.attachments import KINDS, attachment_answer
from clientcomm_gateway.adapters.web.site import ObjectReader
from clientcomm_gateway.application.note_reading import readings_of_thread
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Messages"])


@router.get("/conversations/{conversation_id}/messages", summary="Messages of a conversation")
async def list_messages(
    conversation_id: UUID,
    caller: Reading,
    request: Request,
    response: Response,
    before: Annotated[str, Field(pattern=NO_NUL, max_length=200)] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> models.Page[models.Message]:
    """Newest last; `next` is the `before` of the page before this one."""
    thread = GetThread(
        asker=caller.asker, conversation_id=conversation_id, before=before, limit=limit
    )
    reply, _ = await asyncio.gather(caller.ask(thread), _note_reading(caller, conversation_id))
    messages = [shapes.message(one) for one in reply.items if isinstance(one, MessageView)]
    return page(messages, reply.before, request, response, parameter="before")


@router.post("/conversations/{conversation_id}/messages", status_code=201, summary="Send a text")
async def send_message(
    conversation_id: UUID, new: models.NewMessage, caller: Sending
) -> models.Message:
    """Sends a text to the client, once per `Idempotency-Key`.

    To the number that the client last texted from, unless `to_number_id` says otherwise.
    """
    reply = await caller.ask(
        SendMessage(
            asker=caller.asker,
            repeat_key=caller.repeat_key(new),
            conversation_id=conversation_id,
            body=new.body,
            to_number_id=new.to_number_id,
            attachment_ids=new.attachment_ids,
            unless_quiet=new.unless_quiet,
        )
    )
    return shapes.message(reply.message)


@router.get("/messages/{message_id}", summary="One message")
async def get_message(message_id: UUID, caller: Reading) -> models.Message:
    """A message and its state."""
    reply = await caller.ask(GetMessage(asker=caller.asker, message_id=message_id))
    message = reply.message
    if message.staff is None or message.staff.id != caller.staff_id:
        await _note_reading(caller, message.conversation_id)
    return shapes.message(message)


@router.post("/messages/{message_id}/resend", status_code=201, summary="Send again")
async def resend_message(
    message_id: UUID, caller: Writing, wanted: models.Resending | None = None
) -> models.Message:
    """A failed text again, as a new message that names the old one (rule 3.2)."""
    wanted = wanted or models.Resending()
    reply = await caller.ask(
        ResendMessage(
            asker=caller.asker,
            repeat_key=caller.repeat_key(wanted),
            message_id=message_id,
            unless_quiet=wanted.unless_quiet,
        )
    )
    return shapes.message(reply.message)


@router.get(
    "/attachments/{attachment_id}",
    summary="An attachment's bytes",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in KINDS}, "description": "Bytes"}},
)
async def get_attachment(attachment_id: UUID, caller: Reading, request: Request) -> Response:
    """The picture or file itself."""
    found = await caller.ask(GetAttachment(asker=caller.asker, attachment_id=attachment_id))
    objects: ObjectReader = request.app.state.objects
    content = await objects.read(found.object_key)
    if content is None:
        raise not_found("attachment")
    await caller.note_deed(Deed.ATTACHMENT_READ, attachment_id, found.conversation_id)
    return attachment_answer(found, content)


async def _note_reading(caller: Caller, conversation_id: UUID) -> None:
    """Reading what is not assigned to oneself is noted before the answer leaves (rule 6.4)."""
    question = GetConversation(asker=caller.asker, conversation_id=conversation_id)
    row = (await caller.ask(question)).conversation.row
    token_id = caller.bearer.token_id
    await caller.note(*readings_of_thread(caller.staff_id, caller.address, row, token_id=token_id))
