"""Sending, sending again, reading, assigning: what one does in a conversation."""

from uuid import UUID

from starlette.responses import JSONResponse, Response

from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.conversations.messages import MessageReply, ResendMessage, SendMessage
from clientcomm_contracts.conversations.reading import GetConversation, MarkRead, MarkUnread
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import RepeatKey
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    id_of,
    is_ours_to_show,
    refused_form,
)
from clientcomm_gateway.adapters.web.pages.conversations import (
    conversation_id_of,
    conversation_page,
)
from clientcomm_gateway.adapters.web.present.conversations import composer_view
from clientcomm_gateway.adapters.web.present.threads import entry_of, resend_key
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Form, SentFragment
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_LONGEST_TEXT = 1600
_FIELDS = ("body", "to_number_id")


async def send(visit: Visit, typed: Typed) -> Response:
    """Send a text; the same form sent twice sends once."""
    conversation_id = conversation_id_of(visit)
    try:
        reply = await visit.ask(
            SendMessage(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                body=body_of(typed),
                to_number_id=id_of(typed.text("to_number_id")),
                unless_quiet=not typed.text("quiet_shown"),
            )
        )
    except Refused as refused:
        if not is_ours_to_show(refused):
            raise
        return await _composer_again(visit, conversation_id, typed, refused)
    return await _sent(visit, conversation_id, reply)


async def resend(visit: Visit, typed: Typed) -> Response:
    """Send a failed text again; clicking twice sends it once. At night it is warned about first."""
    conversation_id = conversation_id_of(visit)
    message_id = id_of(visit.request.path_params["message_id"])
    if message_id is None:
        raise not_found("message")
    key = resend_key(message_id)
    question = ResendMessage(
        asker=visit.asker,
        repeat_key=RepeatKey(key=key, body_hash=message_id.hex * 2),
        message_id=message_id,
        unless_quiet=not typed.text("quiet_shown"),
    )
    try:
        reply = await visit.ask(question)
    except Refused as refused:
        if refused.code != "quiet_hours":
            raise
        here = _here(visit, conversation_id)
        return back(here, at=f"item-{message_id}", notice="resend_at_night")
    return await _sent(visit, conversation_id, reply, notice="resent")


async def mark_read(visit: Visit, typed: Typed) -> Response:
    """Move the read position up to what was shown (rule 3.10)."""
    conversation_id = conversation_id_of(visit)
    up_to = id_of(typed.text("up_to"))
    reply = await visit.ask(
        MarkRead(asker=visit.asker, conversation_id=conversation_id, up_to=up_to)
    )
    if "application/json" in visit.request.headers.get("accept", ""):
        me = await visit.me()
        return JSONResponse(
            {
                "unread_count": reply.unread_count,
                "unread_conversations": me.unread_conversations,
            }
        )
    return back(_here(visit, conversation_id))


async def mark_unread(visit: Visit, _typed: Typed) -> Response:
    """Come back to it later."""
    conversation_id = conversation_id_of(visit)
    await visit.ask(MarkUnread(asker=visit.asker, conversation_id=conversation_id))
    return back("/conversations", notice="marked_unread")


async def assign(visit: Visit, typed: Typed) -> Response:
    """Give an unassigned conversation to a case manager (rule 2.8)."""
    conversation_id = conversation_id_of(visit)
    try:
        staff_id = id_of(typed.text("staff_id"))
        if staff_id is None:
            raise field_refused("staff_id", N_("Choose who takes this conversation."))
        await visit.ask(
            AssignConversation(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                staff_id=staff_id,
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("staff_id",))
        return await conversation_page(
            visit, conversation_id, assign_form=form, status=status_of(refused)
        )
    await visit.note_deed(Deed.CONVERSATION_ASSIGNED, conversation_id, staff_id)
    return back("/conversations", notice="assigned", box="unassigned")


def body_of(typed: Typed) -> str:
    """The text, with the line ends that a phone knows; browsers send two signs for one."""
    body = typed.text("body").replace("\r\n", "\n").strip()
    if not body:
        raise field_refused("body", N_("Write something first."))
    if len(body) > _LONGEST_TEXT:
        raise field_refused("body", N_("A text has at most 1,600 characters. Shorten it."))
    return body


async def _sent(
    visit: Visit, conversation_id: UUID, reply: MessageReply, **notice: str
) -> Response:
    if not visit.request.headers.get("hx-request"):
        return back(_here(visit, conversation_id), at=f"item-{reply.message.id}", **notice)
    view = (
        await visit.ask(GetConversation(asker=visit.asker, conversation_id=conversation_id))
    ).conversation
    speech = visit.speech
    fragment = SentFragment(entry_of(reply.message, speech, view), composer_view(view, speech))
    return visit.site.renderer.page("fragments/sent.html", visit.shell(), fragment)


async def _composer_again(
    visit: Visit, conversation_id: UUID, typed: Typed, refused: Refused
) -> Response:
    form: Form = refused_form(typed, refused, visit.speech, _FIELDS)
    status = status_of(refused)
    if not visit.request.headers.get("hx-request"):
        return await conversation_page(visit, conversation_id, composer_form=form, status=status)
    question = GetConversation(asker=visit.asker, conversation_id=conversation_id)
    view = (await visit.ask(question)).conversation
    composer = composer_view(view, visit.speech, form)
    return visit.site.renderer.page(
        "fragments/composer.html", visit.shell(), composer, status=status
    )


def _here(visit: Visit, conversation_id: UUID) -> str:
    """The conversation's page, with the list as it was."""
    query = visit.request.url.query
    return f"/conversations/{conversation_id}" + (f"?{query}" if query else "")
