"""Unknown senders: attach, block, unblock (rule 2.8); texts of shared phones: re-file (2.6)."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.inbox import (
    AttachConversation,
    AttachReply,
    BlockSender,
    RefileMessage,
    SuggestClients,
    UnblockSender,
)
from clientcomm_contracts.conversations.reading import GetConversation, GetThread
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, form_again, id_of
from clientcomm_gateway.adapters.web.pages.conversations import conversation_id_of
from clientcomm_gateway.adapters.web.present.identity import attach_page
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Form, Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_LONGEST_SEARCH = 200
_MOST_TEXTS = 500


async def show_attach(visit: Visit) -> Response:
    """Whom this sender may be, and a search for others."""
    return await _attach_page(visit, conversation_id_of(visit), None)


async def attach(visit: Visit, typed: Typed) -> Response:
    """The texts move into the client's thread."""
    conversation_id = conversation_id_of(visit)
    client_id = id_of(typed.line("client_id"))
    try:
        if client_id is None:
            raise field_refused("client_id", N_("Choose whose texts these are."))
        reply = await visit.ask(
            AttachConversation(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                client_id=client_id,
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("client_id",))
        status = status_of(refused)
        return await _attach_page(visit, conversation_id, form, status=status)
    await visit.note_deed(Deed.CONVERSATION_ATTACHED, conversation_id, reply.client_id)
    return await _where_it_is(visit, reply)


async def block(visit: Visit, typed: Typed) -> Response:
    """Hide a sender of spam."""
    conversation_id = conversation_id_of(visit)
    question = BlockSender(
        asker=visit.asker, repeat_key=typed.repeat_key, conversation_id=conversation_id
    )
    await visit.ask(question)
    await visit.note_deed(Deed.SENDER_BLOCKED, conversation_id)
    return back(f"/conversations/{conversation_id}", notice=Notice.SENDER_BLOCKED)


async def unblock(visit: Visit, typed: Typed) -> Response:
    """Show it in the unassigned inbox again."""
    conversation_id = conversation_id_of(visit)
    question = UnblockSender(
        asker=visit.asker, repeat_key=typed.repeat_key, conversation_id=conversation_id
    )
    await visit.ask(question)
    await visit.note_deed(Deed.SENDER_UNBLOCKED, conversation_id)
    return back(f"/conversations/{conversation_id}", notice=Notice.SENDER_UNBLOCKED)


async def refile(visit: Visit, typed: Typed) -> Response:
    """One click: the text stands in the other client's thread."""
    conversation_id = conversation_id_of(visit)
    message_id = id_of(visit.request.path_params["message_id"])
    if message_id is None:
        raise not_found("message")
    question = RefileMessage(
        asker=visit.asker,
        repeat_key=typed.repeat_key,
        message_id=message_id,
        client_id=id_of(typed.line("client_id")),
    )
    reply = await visit.ask(question)
    ids = (reply.message_id, reply.from_conversation_id, reply.conversation_id)
    await visit.note_deed(Deed.MESSAGE_REFILED, *ids)
    return back(f"/conversations/{conversation_id}", notice=Notice.TEXT_REFILED)


async def _where_it_is(visit: Visit, reply: AttachReply) -> Response:
    """The client's thread for who may see it; the inbox for the front desk."""
    question = GetConversation(asker=visit.asker, conversation_id=reply.conversation_id)
    try:
        await visit.ask(question)
    except Refused:
        return back("/conversations", box="unassigned", notice=Notice.TEXTS_ATTACHED)
    return back(f"/conversations/{reply.conversation_id}", notice=Notice.TEXTS_ATTACHED)


async def _attach_page(
    visit: Visit, conversation_id: UUID, form: Form | None, *, status: int = 200
) -> Response:
    q = visit.request.query_params.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    asker = visit.asker
    # First what needs the rarest right: the answer must not depend on which refusal is faster.
    suggested = await visit.ask(SuggestClients(asker=asker, conversation_id=conversation_id, q=q))
    found, thread = await asyncio.gather(
        visit.ask(GetConversation(asker=asker, conversation_id=conversation_id)),
        visit.ask(GetThread(asker=asker, conversation_id=conversation_id, limit=_MOST_TEXTS)),
    )
    texts = sum(item.kind == "message" for item in thread.items)
    page = attach_page(found.conversation.row, suggested.items, q=q, texts=texts, form=form)
    return visit.site.renderer.page("conversation_attach.html", visit.shell(), page, status=status)
