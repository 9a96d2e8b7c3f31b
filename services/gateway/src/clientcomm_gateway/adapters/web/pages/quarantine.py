"""Texts that reached no open department: who sent them, who reads them, where they belong."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.directory import ListDepartments
from clientcomm_contracts.conversations.quarantine import (
    AssignQuarantined,
    FiledAs,
    FileQuarantined,
    ListQuarantine,
    QuarantinedText,
    QuarantineReply,
)
from clientcomm_contracts.conversations.views import DepartmentView
from clientcomm_contracts.faults import not_found
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, id_of
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import Speech, phone_words, zone_words
from clientcomm_gateway.adapters.web.views import Choice, Notice
from clientcomm_gateway.adapters.web.views.quarantine import QuarantinedRow, QuarantinePage
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_HERE = "/quarantine"
_LONGEST_CURSOR = 200


async def show(visit: Visit) -> Response:
    """Newest first; what a supervisor reads here is in the log."""
    cursor = visit.request.query_params.get("cursor", "")[:_LONGEST_CURSOR].replace("\0", "")
    question = ListQuarantine(asker=visit.asker, cursor=cursor or None)
    reply, departments = await asyncio.gather(
        visit.ask(question), visit.ask(ListDepartments(asker=visit.asker))
    )
    read = tuple(text.id for text in reply.items if text.body is not None)
    if read:
        await visit.note_deed(Deed.TEXTS_READ, *read)
    page = _page(reply, departments.items, visit.speech)
    return visit.site.renderer.page("quarantine.html", visit.shell(), page)


async def assign(visit: Visit, typed: Typed) -> Response:
    """Give one to a department."""
    text_id, department_id = await _chosen(visit, typed)
    await visit.ask(
        AssignQuarantined(
            asker=visit.asker,
            repeat_key=typed.repeat_key,
            text_id=text_id,
            department_id=department_id,
        )
    )
    await visit.note_deed(Deed.QUARANTINED_ASSIGNED, text_id, department_id)
    return back(_HERE, notice=Notice.QUARANTINED_ASSIGNED)


async def file(visit: Visit, typed: Typed) -> Response:
    """Into the conversation where it belongs, once."""
    text_id, department_id = await _chosen(visit, typed)
    reply = await visit.ask(
        FileQuarantined(
            asker=visit.asker,
            repeat_key=typed.repeat_key,
            text_id=text_id,
            department_id=department_id,
        )
    )
    await visit.note_deed(
        Deed.QUARANTINED_FILED,
        text_id,
        department_id,
        reply.conversation_id,
        filed_as=reply.filed_as,
    )
    is_strangers = reply.filed_as is FiledAs.UNKNOWN_SENDER
    notice = Notice.QUARANTINED_IN_INBOX if is_strangers else Notice.QUARANTINED_FILED
    return back(_HERE, notice=notice)


async def _chosen(visit: Visit, typed: Typed) -> tuple[UUID, UUID]:
    """Which text, and which department."""
    text_id = id_of(visit.request.path_params["text_id"])
    if text_id is None:
        raise not_found("text")
    department_id = id_of(typed.line("department_id"))
    if department_id is None:
        # For who may not see the quarantine there is nothing to fill in.
        await visit.ask(ListQuarantine(asker=visit.asker, limit=1))
        raise field_refused("department_id", N_("Choose the department that this text is for."))
    return text_id, department_id


def _page(
    reply: QuarantineReply, departments: Sequence[DepartmentView], speech: Speech
) -> QuarantinePage:
    following = f"{_HERE}?{urlencode({'cursor': reply.next})}" if reply.next else None
    zones = {one.time_zone for one in departments}
    zone = zones.pop() if len(zones) == 1 else "UTC"
    names = {one.id: one.department_name for one in departments}
    return QuarantinePage(
        rows=tuple(_row(text, reply, names, zone, speech) for text in reply.items),
        zone=zone_words(zone, speech.language),
        next_href=following,
    )


def _row(
    text: QuarantinedText,
    reply: QuarantineReply,
    names: Mapping[UUID, str],
    zone: str,
    speech: Speech,
) -> QuarantinedRow:
    places = dict.fromkeys((*reply.may_assign, *reply.may_file))
    return QuarantinedRow(
        id=str(text.id),
        number_from=phone_words(text.number_from),
        number_to=phone_words(text.number_to),
        kind=text.kind.value,
        received_at=speech.moment(text.received_at, zone),
        department=text.department_name,
        closed_department=text.closed_department_name,
        body=text.body,
        assign_href=f"{_HERE}/{text.id}/assign" if reply.may_assign else None,
        file_href=f"{_HERE}/{text.id}/file",
        departments=tuple(
            Choice(str(one), names[one], one == text.department_id)
            for one in places
            if one in names
        ),
    )
