"""One text to many clients, each in their own thread (rule 3.11)."""

import asyncio
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.responses import Response

from clientcomm_contracts.conversations.labels import ListDue
from clientcomm_contracts.conversations.mass_messages import (
    GetMassMessage,
    SendMassMessage,
    StopMassMessage,
)
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.conversations.views import MassMessageView, SkippedRecipient
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.conversations import note_rows
from clientcomm_gateway.adapters.web.pages.messages import body_of
from clientcomm_gateway.adapters.web.pages.offering import require_role
from clientcomm_gateway.adapters.web.present.lists import list_view, title_of, zones_of
from clientcomm_gateway.adapters.web.present.mass_messages import mass_page, skipped_row
from clientcomm_gateway.adapters.web.present.picker import client_picker, list_asked_for
from clientcomm_gateway.adapters.web.queries import ListQuery
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import (
    Form,
    MassMessagePage,
    MassMessagePreviewPage,
    NewMassMessagePage,
    SkippedRow,
)
from clientcomm_gateway.adapters.web.visits import MAY_MASS_MESSAGE, Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_HERE = "/mass-messages"
_WITHIN = 15.0
_NAMED = 20
_MOST = 50_000


async def show_new(visit: Visit) -> Response:
    """Choose whom to text; ticks survive searching and paging."""
    require_role(visit, MAY_MASS_MESSAGE)
    parameters = visit.request.query_params
    chosen = [one for one in parameters.getlist("conversation_id") if id_of(one)]
    chosen += await _due(visit, id_of(parameters.get("due_status")))
    form = fresh_form({"body": parameters.get("body", "").replace("\0", "")})
    return await _choose_page(visit, parameters, form, chosen)


async def edit(visit: Visit, typed: Typed) -> Response:
    """The choice and the text again, as they were typed; nothing is written."""
    chosen = [str(one) for one in typed.ids("conversation_id")]
    form = Form(typed.line("repeat_key") or fresh_form().repeat_key, typed.values())
    parameters = list_asked_for(visit.request.query_params, typed)
    return await _choose_page(visit, parameters, form, chosen)


async def preview(visit: Visit, typed: Typed) -> Response:
    """Who would get it, who would not and why, and by when the last one has it."""
    try:
        reply = await visit.ask(_request(visit, typed, is_preview=True), within=_WITHIN)
    except Refused as refused:
        return await _again(visit, typed, refused)
    mass = reply.mass_message
    page = MassMessagePreviewPage(
        body=mass.body,
        conversation_ids=tuple(str(one) for one in typed.ids("conversation_id")),
        recipients=mass.recipients,
        segments=mass.segments,
        ends_at=visit.speech.moment_or_none(mass.ends_at, await _zone(visit, mass)),
        skipped=await _skipped(visit, mass),
        form=Form(typed.line("repeat_key") or fresh_form().repeat_key, typed.values()),
    )
    return visit.site.renderer.page("mass_message_preview.html", visit.shell(), page)


async def send(visit: Visit, typed: Typed) -> Response:
    """Send it, once."""
    try:
        reply = await visit.ask(_request(visit, typed, is_preview=False), within=_WITHIN)
    except Refused as refused:
        return await _again(visit, typed, refused)
    mass = reply.mass_message
    await visit.note_deed(Deed.MASS_MESSAGE_SENT, mass.id)
    return back(f"/mass-messages/{mass.id}")


async def show(visit: Visit) -> Response:
    """How far it is."""
    me, page = await asyncio.gather(visit.me(), _progress(visit))
    return visit.site.renderer.page("mass_message.html", visit.shell(me.unread_conversations), page)


async def show_progress(visit: Visit) -> Response:
    """The part that changes."""
    page = await _progress(visit)
    return visit.site.renderer.page("fragments/mass_progress.html", visit.shell(), page)


async def stop(visit: Visit, _typed: Typed) -> Response:
    """Send no more of it."""
    mass_id = _mass_id(visit)
    await visit.ask(StopMassMessage(asker=visit.asker, mass_message_id=mass_id))
    await visit.note_deed(Deed.MASS_MESSAGE_STOPPED, mass_id)
    return back(f"/mass-messages/{mass_id}", notice="mass_message_stopped")


def _request(visit: Visit, typed: Typed, *, is_preview: bool) -> SendMassMessage:
    chosen = typed.ids("conversation_id")
    if not chosen:
        raise field_refused("conversation_id", N_("Tick at least one client."))
    if len(chosen) > _MOST:
        raise field_refused("conversation_id", N_("That is more than can be texted at once."))
    return SendMassMessage(
        asker=visit.asker,
        repeat_key=None if is_preview else typed.repeat_key,
        conversation_ids=chosen,
        body=body_of(typed),
        is_preview=is_preview,
    )


async def _again(visit: Visit, typed: Typed, refused: Refused) -> Response:
    form = form_again(typed, refused, visit.speech, ("body", "conversation_id"))
    chosen = [str(one) for one in typed.ids("conversation_id")]
    status = status_of(refused)
    parameters = list_asked_for(visit.request.query_params, typed)
    return await _choose_page(visit, parameters, form, chosen, status=status)


async def _choose_page(
    visit: Visit,
    parameters: QueryParams,
    form: Form,
    chosen: list[str],
    *,
    status: int = 200,
) -> Response:
    query = ListQuery.of(parameters, visit.account)
    me, reply = await asyncio.gather(visit.me(), visit.ask(query.request(visit.asker)))
    await note_rows(visit, reply)
    view = list_view(query, reply, me, visit.account, visit.speech, chosen=frozenset(chosen))
    page = NewMassMessagePage(
        form=form,
        picker=client_picker(view, query, chosen, root=_HERE, cursor=reply.next, takes_all=False),
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("mass_message_new.html", shell, page, status=status)


async def _due(visit: Visit, status_id: UUID | None) -> list[str]:
    """Exactly those whose follow-up is due (rule 2.12), if a banner led here."""
    if status_id is None:
        return []
    reply = await visit.ask(ListDue(asker=visit.asker, status_id=status_id))
    return [str(one) for one in reply.conversation_ids]


async def _progress(visit: Visit) -> MassMessagePage:
    question = GetMassMessage(asker=visit.asker, mass_message_id=_mass_id(visit))
    mass = (await visit.ask(question)).mass_message
    return mass_page(
        mass,
        visit.speech,
        await _zone(visit, mass),
        skipped=await _skipped(visit, mass),
        staff_id=visit.account.staff_id,
    )


async def _skipped(visit: Visit, mass: MassMessageView) -> tuple[SkippedRow, ...]:
    """The first ones by name; of the rest the reason is told."""
    named = await asyncio.gather(*(title_of_skipped(visit, one) for one in mass.skipped[:_NAMED]))
    names = [*named, *([""] * (len(mass.skipped) - len(named)))]
    return tuple(
        skipped_row(one, name, visit.speech) for one, name in zip(mass.skipped, names, strict=True)
    )


async def title_of_skipped(visit: Visit, skipped: SkippedRecipient) -> str:
    """The name of somebody left out, for who may see them."""
    question = GetConversation(asker=visit.asker, conversation_id=skipped.conversation_id)
    try:
        return title_of((await visit.ask(question)).conversation.row)
    except Refused:
        return ""


async def _zone(visit: Visit, mass: MassMessageView) -> str:
    return zones_of(await visit.me()).get(mass.department_id, "UTC")


def _mass_id(visit: Visit) -> UUID:
    found = id_of(visit.request.path_params["mass_message_id"])
    if found is None:
        raise not_found("mass message")
    return found
