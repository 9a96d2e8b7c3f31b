"""Search over the text of messages (rule 2.14)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from clientcomm_contracts.conversations.reading import Box
from clientcomm_contracts.conversations.search import SearchMessages
from clientcomm_gateway.adapters.api.callers import Reading
from clientcomm_gateway.adapters.api.fields import NO_NUL
from clientcomm_gateway.adapters.api.found import FoundText, found_text
from clientcomm_gateway.adapters.api.models import Page
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.application.note_reading import readings_of_found

router = APIRouter(tags=["Messages"])

_Words = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=200)]
_Cursor = Annotated[str, Field(pattern=NO_NUL, max_length=200)]


@router.get("/messages", name="search_messages", summary="Search texts")
@router.get("/search", name="search", summary="Search texts (the same)")
async def search_messages(  # noqa: PLR0913, PLR0917 - its query
    caller: Reading,
    request: Request,
    response: Response,
    q: _Words,
    box: Box | None = None,
    conversation_id: UUID | None = None,
    cursor: _Cursor | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Page[FoundText]:
    """Texts with all of these words in the conversations that you may read, newest first.

    English and Spanish endings and accents do not matter. `box` narrows to your own clients
    (`mine`) or to what nobody is assigned to (`unassigned`).
    """
    reply = await caller.ask(
        SearchMessages(
            asker=caller.asker,
            q=q,
            box=box,
            conversation_id=conversation_id,
            cursor=cursor,
            limit=limit,
        )
    )
    token_id = caller.bearer.token_id
    await caller.note(
        *readings_of_found(caller.staff_id, caller.address, reply.items, token_id=token_id)
    )
    return page(map(found_text, reply.items), reply.next, request, response)
