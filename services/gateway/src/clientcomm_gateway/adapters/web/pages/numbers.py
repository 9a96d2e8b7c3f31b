"""A client's numbers: adding, changing, ending one (rules 2.3, 2.13b)."""

from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.conversations.numbers import (
    AddNumber,
    EditNumber,
    GiveUpNumber,
    NumbersReply,
    PreviewNumberEnd,
)
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.clients import client_of, editable_client_of
from clientcomm_gateway.adapters.web.present.identity import (
    current_numbers,
    names_in,
    new_number_page,
    number_page,
)
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Form, Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_LONGEST = {"phone": 40, "label": 50}


async def show_new(visit: Visit) -> Response:
    """An empty form, or one that takes a known number's place."""
    client = await editable_client_of(visit)
    replaces = id_of(visit.request.query_params.get("replaces"))
    values = {"replaces": str(replaces)} if replaces else {}
    return _new_page(visit, client, fresh_form(values), ())


async def add(visit: Visit, typed: Typed) -> Response:
    """Add it; where others have it too, ask first whether the phone is shared."""
    client = await client_of(visit)
    try:
        _check(typed)
        if not typed.line("phone"):
            raise field_refused("phone", N_("Enter the client's phone number."))
        reply = await visit.ask(
            AddNumber(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                client_id=client.id,
                phone=typed.line("phone"),
                label=typed.line("label"),
                is_primary=typed.line("is_primary") == "1",
                replaces=id_of(typed.line("replaces")),
                is_shared=typed.line("is_shared") == "1",
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("phone", "label"))
        names = names_in(refused.details, "clients")
        return _new_page(visit, client, form, names, status_of(refused))
    await visit.note_deed(Deed.NUMBER_CHANGED, client.id, change="added")
    return back(f"/clients/{client.id}", notice=_notice(reply))


async def show(visit: Visit) -> Response:
    """One number: its label, its rank, and two ways to end it."""
    client = await editable_client_of(visit)
    number = _current(client, _number_id(visit))
    if number is None:
        raise not_found("number")
    return await _page(visit, client, number, fresh_form({"label": number.label}))


async def save(visit: Visit, typed: Typed) -> Response:
    """Label and rank."""
    client, number_id = await client_of(visit), _number_id(visit)
    try:
        _check(typed)
        await visit.ask(
            EditNumber(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                client_id=client.id,
                number_id=number_id,
                label=typed.line("label"),
                make_primary=typed.line("is_primary") == "1",
            )
        )
    except Refused as refused:
        return await _again(visit, client, typed, refused)
    await visit.note_deed(Deed.NUMBER_CHANGED, client.id, change="edited")
    return back(f"/clients/{client.id}", notice=Notice.NUMBER_SAVED)


async def end(visit: Visit, typed: Typed) -> Response:
    """Given up, or never theirs; who clicks twice is where one click leads."""
    client, number_id = await client_of(visit), _number_id(visit)
    is_wrong = typed.line("is_wrong") == "1"
    try:
        await visit.ask(
            GiveUpNumber(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                client_id=client.id,
                number_id=number_id,
                is_wrong=is_wrong,
            )
        )
    except Refused as refused:
        return await _again(visit, client, typed, refused)
    await visit.note_deed(
        Deed.NUMBER_CHANGED, client.id, change="wrong" if is_wrong else "given_up"
    )
    return back(f"/clients/{client.id}", notice=Notice.NUMBER_ENDED)


def _check(typed: Typed) -> None:
    for name, longest in _LONGEST.items():
        if len(typed.line(name)) > longest:
            raise field_refused(name, N_("This is too long. Shorten it."))


def _notice(reply: NumbersReply) -> Notice:
    if reply.earlier_texts:
        return Notice.EARLIER_TEXTS
    return Notice.NUMBER_IS_LANDLINE if reply.is_landline else Notice.NUMBER_SAVED


def _number_id(visit: Visit) -> UUID:
    found = id_of(visit.request.path_params["number_id"])
    if found is None:
        raise not_found("number")
    return found


def _current(client: ClientView, number_id: UUID) -> DatedNumber | None:
    return next((one for one in current_numbers(client) if one.id == number_id), None)


async def _again(visit: Visit, client: ClientView, typed: Typed, refused: Refused) -> Response:
    number = _current(client, _number_id(visit))
    if number is None:
        raise refused
    form = form_again(typed, refused, visit.speech, ("label",))
    return await _page(visit, client, number, form, status_of(refused))


def _new_page(
    visit: Visit,
    client: ClientView,
    form: Form,
    shared_with: tuple[str, ...],
    status: int = 200,
) -> Response:
    page = new_number_page(client, form, shared_with)
    return visit.site.renderer.page("client_number_new.html", visit.shell(), page, status=status)


async def _page(
    visit: Visit, client: ClientView, number: DatedNumber, form: Form, status: int = 200
) -> Response:
    question = PreviewNumberEnd(asker=visit.asker, client_id=client.id, number_id=number.id)
    page = number_page(client, number, form, await visit.ask(question))
    return visit.site.renderer.page("client_number.html", visit.shell(), page, status=status)
