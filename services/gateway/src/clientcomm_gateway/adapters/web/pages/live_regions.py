"""The parts of a page that change by themselves, for (re)connecting scripts."""

import asyncio
from uuid import UUID

from starlette.responses import JSONResponse, Response

from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.faults import not_found
from clientcomm_gateway.adapters.web.forms import id_of
from clientcomm_gateway.adapters.web.pages.conversations import (
    gather,
    labels_for,
    note_rows,
    page_view,
    staff_for,
)
from clientcomm_gateway.adapters.web.present.lists import list_view
from clientcomm_gateway.adapters.web.queries import ListQuery
from clientcomm_gateway.adapters.web.visits import Visit


async def live_regions(visit: Visit) -> Response:
    """The parts of a page that change by themselves, for (re)connecting scripts.

    With `unread_shown` (and `sequence`), as the page shows them, 204 says that nothing has changed
    between the making of the page and the opening of its stream.
    """
    query = ListQuery.of(visit.request.query_params, visit.account)
    given = visit.request.query_params.get("conversation")
    if await _is_up_to_date(visit, id_of(given)):
        return Response(status_code=204)
    if given:
        return await _conversation_regions(visit, query, id_of(given))
    me, reply, staff, labels = await asyncio.gather(
        visit.me(),
        visit.ask(query.request(visit.asker)),
        staff_for(visit, query),
        labels_for(visit, query),
    )
    await note_rows(visit, reply)
    view = list_view(query, reply, me, visit.account, visit.speech, staff=staff, labels=labels)
    shell = visit.shell(me.unread_conversations)
    regions = {"list": visit.site.renderer.text("fragments/list.html", shell, view=view)}
    return JSONResponse({**regions, "unread_conversations": me.unread_conversations})


async def _is_up_to_date(visit: Visit, conversation_id: UUID | None) -> bool:
    """Two questions instead of seven, asked with each page that is opened."""
    shown = visit.request.query_params
    if "unread_shown" not in shown:
        return False
    if conversation_id is None:
        return shown["unread_shown"] == str((await visit.me()).unread_conversations)
    question = GetConversation(asker=visit.asker, conversation_id=conversation_id)
    me, reply = await asyncio.gather(visit.me(), visit.ask(question))
    now = (str(me.unread_conversations), str(reply.conversation.row.sequence))
    return now == (shown["unread_shown"], shown.get("sequence"))


async def _conversation_regions(
    visit: Visit, query: ListQuery, conversation_id: UUID | None
) -> Response:
    if conversation_id is None:
        raise not_found("conversation")
    gathered = await gather(visit, conversation_id, query)
    page = page_view(visit, gathered, query)
    shell = visit.shell(gathered.me.unread_conversations)
    text = visit.site.renderer.text
    return JSONResponse(
        {
            "list": text("fragments/list.html", shell, view=page.list),
            "head": text("fragments/conversation_head.html", shell, view=page.conversation),
            "thread": text("fragments/thread.html", shell, view=page.thread),
            "composer": text("fragments/composer.html", shell, view=page.composer),
            "scheduled": text("fragments/scheduled.html", shell, view=page),
            "unread_conversations": gathered.me.unread_conversations,
        }
    )
