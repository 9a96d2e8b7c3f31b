"""A page of a transcript, complete up to the moment of asking or saying up to when (rule 5.1)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from clientcomm_contracts.export import (
    LACKS_BEGINNING,
    GetTranscript,
    TranscriptItem,
    TranscriptReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import Action, TranscriptFormat
from clientcomm_export.application.transcript_items import item_of
from clientcomm_export.domain.entry import Entry
from clientcomm_export.domain.journal import Progress
from clientcomm_export.domain.pages import Place, cursor_of, place_of
from clientcomm_export.domain.plain_text import Heading, page_of_text
from clientcomm_export.domain.refusals import require_zone
from clientcomm_export.domain.thread import Absorption

T = TypeVar("T")

_LOOK_AGAIN = 0.05


@dataclass(frozen=True, slots=True)
class Range:
    """Which part of a thread; `since` included, `until` not."""

    since: datetime | None
    until: datetime | None


class Threads(Protocol):
    """The store, as transcripts read it."""

    async def survivor(self, conversation_id: UUID) -> UUID:
        """The conversation itself, or what it was merged into in the end."""
        ...

    async def absorbed(self, survivor_id: UUID) -> Sequence[Absorption]:
        """All that was merged into it, directly or not."""
        ...

    async def progress(self, aggregate_ids: Collection[UUID]) -> Mapping[UUID, Progress]:
        """How far the journal holds these."""
        ...

    async def page(
        self, conversation_ids: Collection[UUID], within: Range, *, after: Place | None, limit: int
    ) -> Sequence[Entry]:
        """Entries of these threads, oldest first."""
        ...


class ThreadStore(Protocol):
    """Opens the store for one look; a look may be taken again if its connection was dead."""

    async def look(self, at: Callable[[Threads], Awaitable[T]]) -> T: ...


@dataclass(frozen=True, slots=True)
class Family:
    """A conversation with all that was merged into it, and how far the journal must hold each."""

    survivor: UUID
    members: frozenset[UUID]
    needed: Mapping[UUID, int]


async def get_transcript(
    request: GetTranscript, store: ThreadStore, *, now: datetime, patience: float = 5.0
) -> TranscriptReply:
    """Waits for the conversation's sequence. Raises Refused for what the grant leaves out."""
    zone = require_zone(request.time_zone)
    after = place_of(request.cursor)
    await _require_grant(request, store)
    # What the first page waited for in vain, the following ones do not wait for again.
    complete_up_to = await _wait(request, store, patience if after is None else 0)
    found = await _read(request, store, after)
    shown = found[: request.limit]
    is_last = len(found) <= request.limit
    reply = TranscriptReply(
        title=request.title,
        time_zone=request.time_zone,
        exported_at=now,
        exported_by=request.grant.staff_name,
        next=None if is_last else cursor_of(shown[-1]),
        complete_up_to=complete_up_to,
    )
    if request.format is TranscriptFormat.TEXT:
        text = _text(request, reply, shown, zone)
        return reply.model_copy(update={"text": text})
    return reply.model_copy(update={"items": _items(request, shown, zone)})


async def _require_grant(request: GetTranscript, store: ThreadStore) -> None:
    """Conversations gave the grant for the thread asked for, or for where it went."""
    if request.grant.allows(Action.EXPORT, request.conversation_id):
        return
    survivor = await store.look(lambda threads: threads.survivor(request.conversation_id))
    if not request.grant.allows(Action.EXPORT, survivor):
        raise not_found("conversation")


async def _wait(request: GetTranscript, store: ThreadStore, patience: float) -> datetime | None:
    """None once everything is there, else the instant up to which it is."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        lacking = await store.look(lambda threads: _lacking(request, threads))
        if not lacking:
            return None
        if loop.time() >= until:
            return min(one.last_occurred_at or LACKS_BEGINNING for one in lacking)
        await asyncio.sleep(_LOOK_AGAIN)


async def _lacking(request: GetTranscript, threads: Threads) -> Sequence[Progress]:
    """How far the journal holds what it does not hold far enough."""
    family = await _family(request, threads)
    known = await threads.progress(family.needed)
    progress = ((known.get(one, Progress()), needed) for one, needed in family.needed.items())
    return [held for held, needed in progress if held.last_sequence < needed]


async def _family(request: GetTranscript, threads: Threads) -> Family:
    survivor = await threads.survivor(request.conversation_id)
    absorptions = await threads.absorbed(survivor)
    needed = {one.absorbed_id: one.absorbed_sequence for one in absorptions}
    # One that conversations names and the journal does not know yet has at least one fact.
    needed |= {one: 1 for one in request.absorbed if one not in needed and one != survivor}
    needed[survivor] = request.sequence
    return Family(survivor, frozenset(needed), needed)


async def _read(request: GetTranscript, store: ThreadStore, after: Place | None) -> Sequence[Entry]:
    visible_from = request.grant.visible_from
    since = max(filter(None, (request.since, visible_from)), default=None)
    within = Range(since, request.until)

    async def page(threads: Threads) -> Sequence[Entry]:
        members = (await _family(request, threads)).members
        return await threads.page(members, within, after=after, limit=request.limit + 1)

    return await store.look(page)


def _text(
    request: GetTranscript, reply: TranscriptReply, shown: Sequence[Entry], zone: ZoneInfo
) -> str:
    heading = Heading(
        title=request.title,
        zone=zone,
        exported_at=reply.exported_at,
        exported_by=reply.exported_by,
        since=request.since,
        until=request.until,
        complete_up_to=reply.complete_up_to,
    )
    return page_of_text(heading, shown, is_first=request.cursor is None)


def _items(
    request: GetTranscript, shown: Sequence[Entry], zone: ZoneInfo
) -> tuple[TranscriptItem, ...]:
    return tuple(item_of(entry, client_name=request.title, zone=zone) for entry in shown)
