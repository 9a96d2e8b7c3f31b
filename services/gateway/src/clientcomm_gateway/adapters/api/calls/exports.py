"""`/exports`: transcripts (rule 5.1); permission is checked again when the file is fetched."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from clientcomm_contracts.conversations.rights import GetGrant, GrantReply
from clientcomm_contracts.export import GetTranscript, TranscriptReply
from clientcomm_contracts.values import Action, TranscriptFormat
from clientcomm_gateway.adapters.api import models
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.store.exports import KeptExport, PostgresExports
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Exports"])

_WITHIN = 10.0
_PAGE = 1000


@router.post("/exports", status_code=201, summary="Export a transcript")
async def create_export(new: models.NewExport, caller: Writing, request: Request) -> models.Export:
    """Remembers what to export; `file` gives it, complete up to the moment it is fetched."""
    await _granted(caller, new.conversation_id)
    exports: PostgresExports = request.app.state.exports
    kept = await exports.keep(
        staff_id=caller.staff_id,
        wanted=new,
        repeat_key=caller.repeat_key_if_given(new),
    )
    return _export(kept)


@router.get("/exports/{export_id}", summary="One export")
async def get_export(export_id: UUID, caller: Reading, request: Request) -> models.Export:
    """An export of yours."""
    exports: PostgresExports = request.app.state.exports
    return _export(await exports.find(export_id, caller.staff_id))


@router.get(
    "/exports/{export_id}/file",
    summary="An export's file",
    response_class=Response,
    responses={
        200: {
            "description": "JSON, or plain text",
            "content": {"application/json": {}, "text/plain": {}},
        }
    },
)
async def get_export_file(export_id: UUID, caller: Reading, request: Request) -> Response:
    """The transcript, streamed."""
    exports: PostgresExports = request.app.state.exports
    kept = await exports.find(export_id, caller.staff_id)
    granted = await _granted(caller, kept.conversation_id)
    question = _question(kept, granted)
    first = await caller.ask(question, within=_WITHIN)
    await caller.note_deed(
        Deed.TRANSCRIPT_EXPORTED, kept.conversation_id, export_id, form=kept.format
    )
    pages = _pages(caller, question, first)
    if kept.format == "text":
        return StreamingResponse(_as_text(pages), media_type="text/plain; charset=utf-8")
    return StreamingResponse(_as_json(pages, first), media_type="application/json")


async def _pages(
    caller: Caller, question: GetTranscript, first: TranscriptReply
) -> AsyncIterator[TranscriptReply]:
    reply = first
    yield reply
    while reply.next is not None:
        following = question.model_copy(update={"cursor": reply.next})
        reply = await caller.ask(following, within=_WITHIN)
        yield reply


async def _as_text(pages: AsyncIterator[TranscriptReply]) -> AsyncIterator[str]:
    async for reply in pages:
        yield reply.text or ""


async def _as_json(
    pages: AsyncIterator[TranscriptReply], first: TranscriptReply
) -> AsyncIterator[str]:
    """One JSON object, its items written page by page."""
    head = first.model_dump_json(exclude={"items", "text", "next"})
    yield head[:-1] + ',"items":['
    comma = ""
    async for reply in pages:
        for item in reply.items:
            yield comma + item.model_dump_json()
            comma = ","
    yield "]}"


async def _granted(caller: Caller, conversation_id: UUID) -> GrantReply:
    return await caller.ask(
        GetGrant(
            asker=caller.asker,
            conversation_id=conversation_id,
            actions=frozenset({Action.EXPORT}),
        )
    )


def _question(kept: KeptExport, granted: GrantReply) -> GetTranscript:
    is_text = kept.format == "text"
    return GetTranscript(
        grant=granted.grant,
        conversation_id=kept.conversation_id,
        title=granted.title,
        time_zone=granted.time_zone,
        sequence=granted.sequence,
        absorbed=granted.absorbed,
        since=kept.since,
        until=kept.until,
        format=TranscriptFormat.TEXT if is_text else TranscriptFormat.ITEMS,
        limit=_PAGE,
    )


def _export(kept: KeptExport) -> models.Export:
    return models.Export(
        id=kept.id,
        kind="transcript",
        conversation_id=kept.conversation_id,
        format=kept.format,
        since=kept.since,
        until=kept.until,
        state="ready",
        created_at=kept.created_at,
        file=f"/api/v1/exports/{kept.id}/file",
    )
