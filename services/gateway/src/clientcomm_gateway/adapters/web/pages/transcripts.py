"""A conversation's transcript to print, and as plain text (rule 5.1)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from starlette.responses import PlainTextResponse, Response

from clientcomm_contracts.conversations.rights import GetGrant, GrantReply
from clientcomm_contracts.export import (
    LACKS_BEGINNING,
    GetTranscript,
    TranscriptItem,
    TranscriptReply,
)
from clientcomm_contracts.values import Action, TranscriptFormat
from clientcomm_gateway.adapters.web.pages.conversations import conversation_id_of
from clientcomm_gateway.adapters.web.speech import phone_words, zone_of, zone_words
from clientcomm_gateway.adapters.web.views import TranscriptPage, TranscriptRow
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed

_WITHIN = 10.0
_PAGE = 5000


async def show(visit: Visit) -> Response:
    """The print page."""
    conversation_id = conversation_id_of(visit)
    granted = await _granted(visit, conversation_id)
    reply, items = await _whole(visit, conversation_id, granted)
    await visit.note_deed(Deed.TRANSCRIPT_EXPORTED, conversation_id, form="page")
    speech, zone, up_to = visit.speech, reply.time_zone, reply.complete_up_to
    page = TranscriptPage(
        title=reply.title,
        conversation_href=f"/conversations/{conversation_id}",
        text_href=f"/conversations/{conversation_id}/transcript.txt",
        zone=zone_words(zone, visit.language),
        exported_at=speech.moment(reply.exported_at, zone),
        exported_by=reply.exported_by,
        is_incomplete=up_to is not None,
        complete_up_to=speech.moment_or_none(up_to if up_to != LACKS_BEGINNING else None, zone),
        rows=tuple(_row(item, visit, zone) for item in items),
    )
    return visit.site.renderer.page("transcript.html", visit.shell(), page)


async def show_text(visit: Visit) -> Response:
    """The same as a text file."""
    conversation_id = conversation_id_of(visit)
    granted = await _granted(visit, conversation_id)
    question = _question(visit, conversation_id, granted, TranscriptFormat.TEXT)
    parts: list[str] = []
    while True:
        reply = await visit.ask(question, within=_WITHIN)
        parts.append(reply.text or "")
        if reply.next is None:
            break
        question = question.model_copy(update={"cursor": reply.next})
    await visit.note_deed(Deed.TRANSCRIPT_EXPORTED, conversation_id, form="text")
    name = f'attachment; filename="transcript-{conversation_id}.txt"'
    return PlainTextResponse("".join(parts), headers={"Content-Disposition": name})


async def _whole(
    visit: Visit, conversation_id: UUID, granted: GrantReply
) -> tuple[TranscriptReply, list[TranscriptItem]]:
    """Every page of it; what a print page shows is complete."""
    question = _question(visit, conversation_id, granted, TranscriptFormat.ITEMS)
    first = reply = await visit.ask(question, within=_WITHIN)
    items = list(first.items)
    while reply.next is not None:
        question = question.model_copy(update={"cursor": reply.next})
        reply = await visit.ask(question, within=_WITHIN)
        items += reply.items
    return first, items


async def _granted(visit: Visit, conversation_id: UUID) -> GrantReply:
    return await visit.ask(
        GetGrant(
            asker=visit.asker,
            conversation_id=conversation_id,
            actions=frozenset({Action.EXPORT}),
        )
    )


def _question(
    visit: Visit, conversation_id: UUID, granted: GrantReply, form: TranscriptFormat
) -> GetTranscript:
    parameters = visit.request.query_params
    since = _day(parameters.get("since"))
    until = _day(parameters.get("until"))
    return GetTranscript(
        grant=granted.grant,
        conversation_id=conversation_id,
        title=granted.title,
        time_zone=granted.time_zone,
        sequence=granted.sequence,
        absorbed=granted.absorbed,
        since=_midnight(since, granted.time_zone) if since else None,
        until=_midnight(until + timedelta(days=1), granted.time_zone) if until else None,
        format=form,
        limit=_PAGE,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def _row(item: TranscriptItem, visit: Visit, zone: str) -> TranscriptRow:
    return TranscriptRow(
        kind=item.kind,
        local_time=visit.speech.time_in(item.at, zone),
        day=visit.speech.day_in(item.at, zone),
        direction=item.direction,
        who=item.who,
        number_from=phone_words(item.number_from) if item.number_from else "",
        number_to=phone_words(item.number_to) if item.number_to else "",
        body=item.body,
        state=item.state_in_words,
        attachments=item.attachments,
        marker=item.marker,
        details={name: phone_words(value) for name, value in item.details.items()},
    )
