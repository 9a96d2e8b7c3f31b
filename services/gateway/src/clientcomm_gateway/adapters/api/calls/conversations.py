"""`/conversations` and what one does with one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.conversations.reading import (
    Box,
    ConversationSort,
    GetConversation,
    ListConversations,
    MarkRead,
    MarkUnread,
)
from clientcomm_contracts.conversations.views import ConversationView
from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.api.fields import NO_NUL, Cursor
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.adapters.web.queries import default_box
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Conversations"])


class ListParameters(models.Input):
    """Filters and order of the client list (rule 2.13)."""

    box: Annotated[
        Box | None, Field(description="Yours, the unassigned inbox, or the department's.")
    ] = None
    department_id: UUID | None = None
    q: Annotated[
        str, Field(pattern=NO_NUL, max_length=200, description="Name, number, id number.")
    ] = ""
    unread: bool | None = None
    delivery_problem: bool | None = None
    due: bool | None = None
    assigned_to: UUID | None = None
    state: ConversationState | None = None
    language: Annotated[str, Field(pattern=NO_NUL, max_length=10)] | None = None
    status: UUID | None = None
    category: UUID | None = None
    sort: Annotated[
        str,
        Field(
            pattern=f"^-?({'|'.join(ConversationSort)})$",
            description="A minus sign in front turns the order round.",
        ),
    ] = "default"
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/conversations", summary="The client list")
async def list_conversations(
    caller: Reading,
    request: Request,
    response: Response,
    parameters: Annotated[ListParameters, Query()],
) -> models.Page[models.Conversation]:
    """Conversations that you may see: yours, unless `box` or your role says otherwise."""
    reply = await caller.ask(question_of(parameters, caller))
    return page(map(shapes.conversation, reply.items), reply.next, request, response)


@router.get("/conversations/{conversation_id}", summary="One conversation")
async def get_conversation(conversation_id: UUID, caller: Reading) -> models.ConversationDetail:
    """A conversation; one that was merged answers with the survivor."""
    return shapes.conversation_detail(await _view(caller, conversation_id))


@router.post("/conversations/{conversation_id}/read", summary="Mark read")
async def mark_read(
    conversation_id: UUID, caller: Writing, read: models.ReadUpTo | None = None
) -> models.ReadPosition:
    """Moves the read position up to a message, never backwards (rule 3.10)."""
    up_to = read.up_to if read else None
    reply = await caller.ask(
        MarkRead(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(read),
            conversation_id=conversation_id,
            up_to=up_to,
        )
    )
    return models.ReadPosition(read_up_to=reply.read_up_to, unread_count=reply.unread_count)


@router.post("/conversations/{conversation_id}/unread", summary="Mark unread")
async def mark_unread(conversation_id: UUID, caller: Writing) -> models.ReadPosition:
    """The last inbound text is unread again."""
    reply = await caller.ask(
        MarkUnread(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(),
            conversation_id=conversation_id,
        )
    )
    return models.ReadPosition(read_up_to=reply.read_up_to, unread_count=reply.unread_count)


@router.post("/conversations/{conversation_id}/assign", summary="Assign")
async def assign(
    conversation_id: UUID, assignment: models.Assignment, caller: Writing
) -> models.ConversationDetail:
    """Gives an unassigned conversation to a case manager (rule 2.8)."""
    reply = await caller.ask(
        AssignConversation(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(assignment),
            conversation_id=conversation_id,
            staff_id=assignment.staff_id,
        )
    )
    await caller.note_deed(Deed.CONVERSATION_ASSIGNED, conversation_id, assignment.staff_id)
    return shapes.conversation_detail(reply.conversation)


def question_of(parameters: ListParameters, caller: Caller) -> ListConversations:
    """What conversations is asked for a page of the list."""
    descending = parameters.sort.startswith("-")
    given = parameters.model_dump(exclude={"box", "sort"})
    return ListConversations(
        asker=caller.asker,
        box=parameters.box or _box(parameters, caller),
        sort=ConversationSort(parameters.sort.removeprefix("-")),
        descending=descending,
        **given,
    )


def _box(parameters: ListParameters, caller: Caller) -> Box:
    if parameters.state is ConversationState.UNASSIGNED:
        return Box.UNASSIGNED
    return default_box(caller.bearer.roles)


async def _view(caller: Caller, conversation_id: UUID) -> ConversationView:
    question = GetConversation(asker=caller.asker, conversation_id=conversation_id)
    return (await caller.ask(question)).conversation
