"""Merging two clients who are one person: pick, look at what moves, merge (rule 2.5)."""

from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.merging import MergeClients, PreviewMerge
from clientcomm_contracts.conversations.reading import Box, ListConversations
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    form_again,
    fresh_form,
    id_of,
    is_ours_to_show,
)
from clientcomm_gateway.adapters.web.pages.clients import client_of, found_client
from clientcomm_gateway.adapters.web.pages.conversations import note_rows
from clientcomm_gateway.adapters.web.pages.offering import require_offered
from clientcomm_gateway.adapters.web.present.clients import may_be_edited
from clientcomm_gateway.adapters.web.present.identity import merge_page, merge_pick_page, names_in
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import ErrorPage, Form, Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_FOUND = 20
_LONGEST_SEARCH = 200
_FIELDS = ("absorb_id", "name_from", "primary_number_id")


async def show(visit: Visit) -> Response:
    """Who is the same person, or what merging with them would do."""
    absorb_id = id_of(visit.request.query_params.get("absorb_id"))
    if absorb_id is None:
        return await _pick(visit)
    return await _look(visit, absorb_id, fresh_form())


async def merge(visit: Visit, typed: Typed) -> Response:
    """Merge them."""
    client = await client_of(visit)
    absorb_id = id_of(typed.line("absorb_id"))
    if absorb_id is None:
        raise not_found("client")
    try:
        reply = await visit.ask(
            MergeClients(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                client_id=client.id,
                absorb_id=absorb_id,
                name_from=id_of(typed.line("name_from")),
                primary_number_id=id_of(typed.line("primary_number_id")),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, _FIELDS)
        status = status_of(refused)
        return await _look(visit, absorb_id, form, status=status)
    await visit.note_deed(Deed.CLIENTS_MERGED, reply.client_id, absorb_id)
    return back(f"/conversations/{reply.conversation_id}", notice=Notice.CLIENTS_MERGED)


async def _pick(visit: Visit) -> Response:
    found = await found_client(visit)
    require_offered(may_be_edited(found) and found.may_merge)
    client = found.client
    q = visit.request.query_params.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    box = Box.DEPARTMENT if visit.account.holds(Role.SUPERVISOR) else Box.MINE
    question = ListConversations(asker=visit.asker, box=box, q=q, limit=_FOUND)
    reply = await visit.ask(question)
    await note_rows(visit, reply)
    page = merge_pick_page(client, reply.items, q)
    return visit.site.renderer.page("client_merge_pick.html", visit.shell(), page)


async def _look(visit: Visit, absorb_id: UUID, form: Form, *, status: int = 200) -> Response:
    client = await client_of(visit)
    question = PreviewMerge(asker=visit.asker, client_id=client.id, absorb_id=absorb_id)
    try:
        preview = await visit.ask(question)
    except Refused as refused:
        if not is_ours_to_show(refused):
            raise
        return _refused(visit, refused)
    page = merge_page(preview, form)
    return visit.site.renderer.page("client_merge.html", visit.shell(), page, status=status)


def _refused(visit: Visit, refused: Refused) -> Response:
    """Nothing was merged: why, with the departments that stand in the way."""
    departments = ", ".join(names_in(refused.details, "departments"))
    sentence = visit.speech.say(refused.sentence)
    status = status_of(refused)
    page = ErrorPage(
        status=status,
        heading=visit.speech.say(N_("These two cannot be merged")),
        sentence=f"{sentence} ({departments})" if departments else sentence,
        back_href=visit.request.url.path.removesuffix("/merge"),
    )
    return visit.site.renderer.page("error.html", visit.shell(), page, status=status)
