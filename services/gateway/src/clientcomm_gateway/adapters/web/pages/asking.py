"""Asking a colleague for a client whose number was typed (rule 2.4)."""

from starlette.responses import Response

from clientcomm_contracts.conversations.asking import AskForTransfer
from clientcomm_contracts.faults import Refused
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, id_of
from clientcomm_gateway.adapters.web.pages.clients import check_lengths, new_page_again
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_


async def ask(visit: Visit, typed: Typed) -> Response:
    """Ask once a day at most; if the colleague has the client no more, the form comes back."""
    try:
        reply = await visit.ask(_request(visit, typed))
    except Refused as refused:
        return await new_page_again(visit, typed, refused)
    again = {"again": "yes"} if reply.is_repeated else {}
    await visit.note_deed(Deed.TRANSFER_ASKED, reply.client_id, reply.asked.id, **again)
    notice = Notice.TRANSFER_ASKED_BEFORE if reply.is_repeated else Notice.TRANSFER_ASKED
    return back("/conversations", notice=notice)


def _request(visit: Visit, typed: Typed) -> AskForTransfer:
    check_lengths(typed, ("phone",))
    if not typed.line("phone"):
        raise field_refused("phone", N_("Enter the client's phone number."))
    return AskForTransfer(
        asker=visit.asker,
        repeat_key=typed.repeat_key,
        phone=typed.line("phone"),
        department_id=id_of(typed.line("department_id")),
        client_id=id_of(typed.line("client_id")),
    )
