"""Clients: adding one with rule 2.4's questions, looking at one, editing one."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.clients import (
    AddClient,
    AddClientReply,
    AddedClient,
    ClientReply,
    EditClient,
    GetClient,
    Resolve,
)
from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.numbers import ListEarlierTexts
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.offering import require_offered, require_role
from clientcomm_gateway.adapters.web.present.choices import (
    department_choices,
    departments_to_add_in,
    is_zone,
    language_choices,
    zone_choices,
)
from clientcomm_gateway.adapters.web.present.clients import (
    client_page,
    may_be_edited,
    question_of,
)
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import zone_words
from clientcomm_gateway.adapters.web.views import (
    EditClientPage,
    Form,
    NewClientPage,
    Notice,
    Question,
)
from clientcomm_gateway.adapters.web.visits import MAY_ADD, Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_NEW_FIELDS = (
    "first_name",
    "last_name",
    "phone",
    "department_id",
    "language",
    "time_zone",
    "id_number",
    "notes",
    "consent_how",
)
_EDIT_FIELDS = ("first_name", "last_name", "language", "time_zone", "id_number", "notes")
_LIMITS = {
    "first_name": 100,
    "last_name": 100,
    "phone": 40,
    "language": 10,
    "id_number": 100,
    "notes": 5000,
    "consent_how": 200,
}
_NO_LAST_NAME = N_("Enter the client's last name.")
_NOTICES = {
    AddedClient.ALREADY_MINE: Notice.CLIENT_ALREADY_MINE,
    AddedClient.REOPENED: Notice.CLIENT_REOPENED,
}


async def show_new(visit: Visit) -> Response:
    """An empty form, or one with an unknown sender's number in it (rule 2.8)."""
    require_role(visit, MAY_ADD)
    me = await visit.me()
    values = {"language": "en"}
    stranger = id_of(visit.request.query_params.get("from_conversation_id"))
    if stranger is not None:
        question = GetConversation(asker=visit.asker, conversation_id=stranger)
        view = (await visit.ask(question)).conversation
        require_offered(view.may_label)
        row = view.row
        values["phone"] = row.sender or ""
        values["from_conversation_id"] = str(row.id)
        values["department_id"] = str(row.department_id)
    return _new_page(visit, me, fresh_form(values), None)


async def add(visit: Visit, typed: Typed) -> Response:
    """Add the client, or ask rule 2.4's question first."""
    try:
        request = _request(visit, typed)
        reply = await visit.ask(request)
    except Refused as refused:
        return await new_page_again(visit, typed, refused)
    await visit.note_deed(
        Deed.CLIENT_ADDED, reply.client_id, reply.conversation_id, outcome=reply.outcome
    )
    earlier, known = await asyncio.gather(
        visit.ask(ListEarlierTexts(asker=visit.asker, client_id=reply.client_id)),
        visit.ask(GetClient(asker=visit.asker, client_id=reply.client_id)),
    )
    if earlier.items:
        return back(f"/clients/{reply.client_id}", notice=Notice.EARLIER_TEXTS)
    notice = _notice(reply, request.resolve, is_landline=bool(known.client.landlines))
    return back(f"/conversations/{reply.conversation_id}", notice=notice)


async def show(visit: Visit) -> Response:
    """A client's page."""
    me, found = await asyncio.gather(visit.me(), found_client(visit, with_history=True))
    earlier = await visit.ask(ListEarlierTexts(asker=visit.asker, client_id=found.client.id))
    view = client_page(found, visit.speech, earlier_texts=earlier.items)
    return visit.site.renderer.page("client.html", visit.shell(me.unread_conversations), view)


async def show_edit(visit: Visit) -> Response:
    """A form with what is known."""
    client = await editable_client_of(visit)
    values = {
        "first_name": client.first_name,
        "last_name": client.last_name,
        "language": client.language,
        "time_zone": client.time_zone if client.has_own_zone else "",
        "id_number": client.id_number or "",
        "notes": client.notes,
    }
    return _edit_page(visit, client, fresh_form(values))


async def save(visit: Visit, typed: Typed) -> Response:
    """Keep the changes."""
    client = await client_of(visit)
    try:
        check_lengths(typed, _EDIT_FIELDS)
        await visit.ask(
            EditClient(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                client_id=client.id,
                first_name=typed.line("first_name"),
                last_name=_last_name(typed),
                language=typed.line("language") or None,
                time_zone=_zone(typed) or "",
                id_number=typed.line("id_number"),
                notes=typed.text("notes").replace("\r\n", "\n"),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, _EDIT_FIELDS)
        return _edit_page(visit, client, form, status_of(refused))
    await visit.note_deed(Deed.CLIENT_EDITED, client.id)
    return back(f"/clients/{client.id}", notice="client_saved")


async def new_page_again(visit: Visit, typed: Typed, refused: Refused) -> Response:
    """The form with what was typed, and why nothing was done or rule 2.4's question."""
    form = form_again(typed, refused, visit.speech, _NEW_FIELDS)
    may_ask = visit.account.holds(Role.CASE_MANAGER)
    question = question_of(refused, visit.speech, may_ask=may_ask)
    me = await visit.me()
    return _new_page(visit, me, form, question, status_of(refused))


def _notice(reply: AddClientReply, resolve: Resolve | None, *, is_landline: bool) -> Notice:
    if reply.outcome is AddedClient.REOPENED and resolve is Resolve.TAKE_OVER:
        return Notice.CLIENT_TAKEN_OVER
    if reply.outcome is not AddedClient.CREATED:
        return _NOTICES[reply.outcome]
    if is_landline:
        return Notice.CLIENT_ADDED_LANDLINE
    return Notice.CLIENT_GREETED if reply.is_greeted else Notice.CLIENT_ADDED


def check_lengths(typed: Typed, names: tuple[str, ...]) -> None:
    """Raises Refused beside the field that is too long."""
    for name in names:
        if len(typed.line(name)) > _LIMITS.get(name, 1000):
            raise field_refused(name, N_("This is too long. Shorten it."))


def _request(visit: Visit, typed: Typed) -> AddClient:
    check_lengths(typed, _NEW_FIELDS)
    _check_phone(typed)
    resolve, _, client_id = typed.line("answer").partition(":")
    return AddClient(
        asker=visit.asker,
        repeat_key=typed.repeat_key,
        department_id=id_of(typed.line("department_id")),
        first_name=typed.line("first_name"),
        last_name=typed.line("last_name"),
        phone=typed.line("phone"),
        language=typed.line("language") or "en",
        time_zone=_zone(typed),
        id_number=typed.line("id_number") or None,
        notes=typed.text("notes").replace("\r\n", "\n"),
        consent_how=typed.line("consent_how"),
        resolve=Resolve(resolve) if resolve in {one.value for one in Resolve} else None,
        client_id=id_of(client_id),
        from_conversation_id=id_of(typed.line("from_conversation_id")),
    )


def _check_phone(typed: Typed) -> None:
    """Whether it is a number, the owner says, together with what else is wrong."""
    if not typed.line("phone"):
        also = {} if typed.line("last_name") else {"last_name": _NO_LAST_NAME}
        sentence = N_("Enter the client's phone number.")
        raise Refused("invalid", sentence, field="phone", details={"also": also})


def _last_name(typed: Typed) -> str:
    if not typed.line("last_name"):
        raise field_refused("last_name", _NO_LAST_NAME)
    return typed.line("last_name")


def _zone(typed: Typed) -> str | None:
    zone = typed.line("time_zone")
    if zone and not is_zone(zone):
        raise field_refused("time_zone", N_("Choose a time zone from the list."))
    return zone or None


async def client_of(visit: Visit) -> ClientView:
    """The client in the address; anything else does not exist."""
    return (await found_client(visit)).client


async def editable_client_of(visit: Visit) -> ClientView:
    """The same, for a form that changes them. Raises Refused for who may only look."""
    found = await found_client(visit)
    require_offered(may_be_edited(found))
    return found.client


async def found_client(visit: Visit, *, with_history: bool = False) -> ClientReply:
    """The client in the address, with what may be done with them."""
    client_id: UUID | None = id_of(visit.request.path_params["client_id"])
    if client_id is None:
        raise not_found("client")
    question = GetClient(asker=visit.asker, client_id=client_id, with_history=with_history)
    return await visit.ask(question)


def _new_page(
    visit: Visit, me: MeReply, form: Form, question: Question | None, status: int = 200
) -> Response:
    stranger = form.value("from_conversation_id")
    own = departments_to_add_in(me)
    page = NewClientPage(
        form=form,
        departments=department_choices(me, form.value("department_id")),
        languages=language_choices(form.value("language"), visit.speech),
        zones=zone_choices(form.value("time_zone"), visit.speech),
        zone_of_department=zone_words(own[0].time_zone, visit.language) if len(own) == 1 else "",
        # A stranger has texted and was answered before: none goes out then.
        greeting=() if stranger else tuple(one.department_name for one in own if one.greets),
        question=question,
        back_href=f"/conversations/{stranger}" if id_of(stranger) else "/conversations",
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("client_new.html", shell, page, status=status)


def _edit_page(visit: Visit, client: ClientView, form: Form, status: int = 200) -> Response:
    page = EditClientPage(
        id=str(client.id),
        name=f"{client.first_name} {client.last_name}".strip(),
        form=form,
        languages=language_choices(form.value("language"), visit.speech),
        zones=zone_choices(form.value("time_zone"), visit.speech),
        client_href=f"/clients/{client.id}",
    )
    return visit.site.renderer.page("client_edit.html", visit.shell(), page, status=status)
