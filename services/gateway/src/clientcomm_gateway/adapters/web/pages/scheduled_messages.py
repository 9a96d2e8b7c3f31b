"""Send later: write, change and cancel what goes out at a local date and time (rules 4.1, 4.2)."""

import asyncio
from datetime import date, datetime, time, timedelta
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.conversations.rights import GetGrant
from clientcomm_contracts.conversations.views import ConversationView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import Grant
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    EditScheduledMessage,
    GetScheduledMessage,
    ScheduledMessageReply,
    ScheduleMessage,
)
from clientcomm_contracts.values import Action, ScheduledState
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.conversations import conversation_id_of
from clientcomm_gateway.adapters.web.pages.messages import body_of
from clientcomm_gateway.adapters.web.pages.offering import require_offered
from clientcomm_gateway.adapters.web.present.conversations import zone_of as zone_of_client
from clientcomm_gateway.adapters.web.present.lists import title_of
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import zone_of, zone_words
from clientcomm_gateway.adapters.web.views import Form, ScheduledMessagePage
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.words import N_

_OVER = N_("This text can no longer be changed: it was sent, or will not be sent.")
_DEFAULT_TIME = time(9)
_LONGEST = timedelta(days=366)
_FIELDS = ("body", "local_date", "local_time")
_ALIASES = {"due_at": "local_time"}


async def show_new(visit: Visit) -> Response:
    """An empty form: tomorrow at nine in the client's zone."""
    body = visit.request.query_params.get("body", "")
    return await _new_page(visit, body.replace("\0", ""))


async def draft(visit: Visit, typed: Typed) -> Response:
    """The form with what stands in the composer; nothing is written yet."""
    return await _new_page(visit, typed.text("body"))


async def create(visit: Visit, typed: Typed) -> Response:
    """Keep it until its time comes."""
    conversation_id = conversation_id_of(visit)
    grant = await _grant(visit, conversation_id)
    try:
        reply = await visit.ask(
            ScheduleMessage(
                grant=grant,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                body=body_of(typed),
                local_time=_local_time(typed),
            )
        )
    except Refused as refused:
        return await _again(visit, conversation_id, typed, refused, kept=None)
    return _done(reply, notice="scheduled")


async def show(visit: Visit) -> Response:
    """One scheduled message, to be changed as long as it waits."""
    conversation_id = conversation_id_of(visit)
    reply = await _scheduled(visit, conversation_id)
    scheduled = reply.scheduled_message
    if scheduled.state is not ScheduledState.SCHEDULED:
        raise Refused("no_longer_scheduled", _OVER, kind="conflict")
    values = {
        "body": scheduled.body,
        "local_date": scheduled.local_time.date().isoformat(),
        "local_time": scheduled.local_time.strftime("%H:%M"),
    }
    view = await _conversation(visit, conversation_id)
    return _page(visit, view, fresh_form(values), kept=reply)


async def save(visit: Visit, typed: Typed) -> Response:
    """Change it, as long as it was not handed over."""
    conversation_id = conversation_id_of(visit)
    kept = await _scheduled(visit, conversation_id)
    try:
        reply = await visit.ask(
            EditScheduledMessage(
                grant=await _grant(visit, conversation_id),
                repeat_key=typed.repeat_key,
                scheduled_message_id=kept.scheduled_message.id,
                body=body_of(typed),
                local_time=_local_time(typed),
            )
        )
    except Refused as refused:
        return await _again(visit, conversation_id, typed, refused, kept=kept)
    return _done(reply, notice="scheduled_saved")


async def cancel(visit: Visit, _typed: Typed) -> Response:
    """Do not send it."""
    conversation_id = conversation_id_of(visit)
    scheduled_id = _scheduled_id(visit)
    grant = await _grant(visit, conversation_id)
    await visit.ask(CancelScheduledMessage(grant=grant, scheduled_message_id=scheduled_id))
    return back(f"/conversations/{conversation_id}", notice="scheduled_canceled")


async def _new_page(visit: Visit, body: str) -> Response:
    conversation_id = conversation_id_of(visit)
    view, _ = await asyncio.gather(
        _conversation(visit, conversation_id), _grant(visit, conversation_id)
    )
    tomorrow = visit.site.clock.now().astimezone(zone_of(zone_of_client(view))).date()
    tomorrow += timedelta(days=1)
    values = {
        "body": body,
        "local_date": tomorrow.isoformat(),
        "local_time": _DEFAULT_TIME.strftime("%H:%M"),
    }
    return _page(visit, view, fresh_form(values), kept=None)


def _done(reply: ScheduledMessageReply, *, notice: str) -> Response:
    """To the conversation; in quiet hours to the form again, which warns (rule 3.9)."""
    scheduled = reply.scheduled_message
    place = f"/conversations/{scheduled.conversation_id}"
    if reply.is_in_quiet_hours:
        place += f"/scheduled-messages/{scheduled.id}"
    return back(place, notice=notice)


async def _again(
    visit: Visit,
    conversation_id: UUID,
    typed: Typed,
    refused: Refused,
    *,
    kept: ScheduledMessageReply | None,
) -> Response:
    form = form_again(typed, _beside_its_field(refused), visit.speech, _FIELDS)
    view = await _conversation(visit, conversation_id)
    status = status_of(refused)
    return _page(visit, view, form, kept=kept, status=status)


def _beside_its_field(refused: Refused) -> Refused:
    if refused.field in _ALIASES:
        refused.field = _ALIASES[refused.field]
    return refused


def _page(
    visit: Visit,
    view: ConversationView,
    form: Form,
    *,
    kept: ScheduledMessageReply | None,
    status: int = 200,
) -> Response:
    scheduled = kept.scheduled_message if kept else None
    here = f"/conversations/{view.row.id}"
    action = f"{here}/scheduled-messages" + (f"/{scheduled.id}" if scheduled else "")
    zone = scheduled.time_zone if scheduled else zone_of_client(view)
    today = visit.site.clock.now().astimezone(zone_of(zone)).date()
    page = ScheduledMessagePage(
        conversation_href=here,
        title=title_of(view.row),
        zone=zone_words(zone, visit.language),
        form=form,
        action=action,
        cancel_href=f"{action}/cancel" if scheduled else None,
        is_new=scheduled is None,
        least_date=today.isoformat(),
        last_date=(today + _LONGEST).isoformat(),
        is_in_quiet_hours=kept is not None and kept.is_in_quiet_hours,
    )
    return visit.site.renderer.page("scheduled_message.html", visit.shell(), page, status=status)


def _local_time(typed: Typed) -> datetime:
    try:
        day = date.fromisoformat(typed.line("local_date"))
    except ValueError:
        raise field_refused("local_date", N_("Choose a date.")) from None
    try:
        clock = time.fromisoformat(typed.line("local_time"))
    except ValueError:
        raise field_refused("local_time", N_("Choose a time.")) from None
    return datetime.combine(day, clock.replace(tzinfo=None))


async def _grant(visit: Visit, conversation_id: UUID) -> Grant:
    """For who may write here. Raises Refused for who may only read."""
    question = GetGrant(
        asker=visit.asker,
        conversation_id=conversation_id,
        actions=frozenset({Action.READ, Action.SCHEDULE}),
    )
    grant = (await visit.ask(question)).grant
    if Action.SCHEDULE not in grant.actions:
        view = await _conversation(visit, conversation_id)
        require_offered(False, view.row.state)
    return grant


async def _scheduled(visit: Visit, conversation_id: UUID) -> ScheduledMessageReply:
    question = GetScheduledMessage(
        grant=await _grant(visit, conversation_id), scheduled_message_id=_scheduled_id(visit)
    )
    return await visit.ask(question)


async def _conversation(visit: Visit, conversation_id: UUID) -> ConversationView:
    question = GetConversation(asker=visit.asker, conversation_id=conversation_id)
    return (await visit.ask(question)).conversation


def _scheduled_id(visit: Visit) -> UUID:
    found = id_of(visit.request.path_params["scheduled_id"])
    if found is None:
        raise not_found("scheduled message")
    return found
