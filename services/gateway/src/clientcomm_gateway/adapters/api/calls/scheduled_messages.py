"""`/scheduled-messages`: what goes out later (rules 4.1, 4.2)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from clientcomm_contracts.conversations.rights import GetGrant
from clientcomm_contracts.people import Grant
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    EditScheduledMessage,
    FindScheduledMessage,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduleMessage,
)
from clientcomm_contracts.values import Action
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.api.fields import Cursor
from clientcomm_gateway.adapters.api.pages import page

router = APIRouter(tags=["Scheduled messages"])

_READ = frozenset({Action.READ})
_WRITE = frozenset({Action.READ, Action.SCHEDULE})


@router.get("/scheduled-messages", summary="What is scheduled in a conversation")
async def list_scheduled_messages(  # noqa: PLR0913, PLR0917 - its query
    caller: Reading,
    request: Request,
    response: Response,
    conversation_id: UUID,
    ended: bool = False,
    cursor: Annotated[Cursor | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> models.Page[models.ScheduledMessage]:
    """By due time; with `ended` also what was sent, cancelled, refused or missed."""
    grant = await _grant(caller, conversation_id, _READ)
    reply = await caller.ask(
        ListScheduledMessages(grant=grant, include_ended=ended, cursor=cursor, limit=limit)
    )
    return page(map(shapes.scheduled_item, reply.items), reply.next, request, response)


@router.post("/scheduled-messages", status_code=201, summary="Send later")
async def create_scheduled_message(
    new: models.NewScheduledMessage, caller: Writing
) -> models.ScheduledMessage:
    """Sends a text at a local date and time, from now to one year ahead."""
    reply = await caller.ask(
        ScheduleMessage(
            grant=await _grant(caller, new.conversation_id, _WRITE),
            repeat_key=caller.repeat_key(new),
            conversation_id=new.conversation_id,
            body=new.body,
            local_time=new.local_time,
            time_zone=new.time_zone,
        )
    )
    return shapes.scheduled(reply)


@router.get("/scheduled-messages/{scheduled_message_id}", summary="One scheduled message")
async def get_scheduled_message(
    scheduled_message_id: UUID, caller: Reading
) -> models.ScheduledMessage:
    """A scheduled message and its state."""
    grant = await _grant_for(caller, scheduled_message_id, _READ)
    reply = await caller.ask(
        GetScheduledMessage(grant=grant, scheduled_message_id=scheduled_message_id)
    )
    return shapes.scheduled(reply)


@router.patch("/scheduled-messages/{scheduled_message_id}", summary="Change it")
async def edit_scheduled_message(
    scheduled_message_id: UUID, changes: models.ScheduledMessageChanges, caller: Writing
) -> models.ScheduledMessage:
    """Changes what is given; refused once it was handed over."""
    reply = await caller.ask(
        EditScheduledMessage(
            grant=await _grant_for(caller, scheduled_message_id, _WRITE),
            repeat_key=caller.repeat_key_if_given(changes),
            scheduled_message_id=scheduled_message_id,
            body=changes.body,
            local_time=changes.local_time,
            time_zone=changes.time_zone,
        )
    )
    return shapes.scheduled(reply)


@router.delete("/scheduled-messages/{scheduled_message_id}", summary="Cancel it")
async def cancel_scheduled_message(
    scheduled_message_id: UUID, caller: Writing
) -> models.ScheduledMessage:
    """Does not send it; without effect if it is cancelled already."""
    grant = await _grant_for(caller, scheduled_message_id, _WRITE)
    reply = await caller.ask(
        CancelScheduledMessage(grant=grant, scheduled_message_id=scheduled_message_id)
    )
    return shapes.scheduled(reply)


async def _grant(caller: Caller, conversation_id: UUID, actions: frozenset[Action]) -> Grant:
    question = GetGrant(asker=caller.asker, conversation_id=conversation_id, actions=actions)
    return (await caller.ask(question)).grant


async def _grant_for(
    caller: Caller, scheduled_message_id: UUID, actions: frozenset[Action]
) -> Grant:
    question = FindScheduledMessage(scheduled_message_id=scheduled_message_id)
    conversation_id = (await caller.ask(question)).conversation_id
    return await _grant(caller, conversation_id, actions)
