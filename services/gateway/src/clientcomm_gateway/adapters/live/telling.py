"""Renders what changed in a conversation for those of the connected who may see it."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.conversations.messages import GetMessage
from clientcomm_contracts.conversations.reading import Box, GetConversation, GetThread
from clientcomm_contracts.conversations.rights import ListViewers
from clientcomm_contracts.conversations.views import (
    ConversationRow,
    ConversationView,
    MarkerView,
    ThreadItem,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.live.changes import Change
from clientcomm_gateway.adapters.live.streams import ShownTo, Stream
from clientcomm_gateway.adapters.web.present.lists import row_view
from clientcomm_gateway.adapters.web.present.threads import entry_of
from clientcomm_gateway.adapters.web.rendering import Renderer
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import Shell
from clientcomm_gateway.application.note_reading import readings_of_thread
from clientcomm_gateway.application.ports import Audit, Clock, Owners
from clientcomm_gateway.domain.secrets import masked

_MOST_STAFF = 1000
_SINGLY = 3
_RECENT = 60
_SHUT = (ConversationState.CLOSED, ConversationState.BLOCKED)


class Teller:
    """Asks permission first, then the facts, then notes the reading, then tells."""

    def __init__(
        self,
        owners: Owners,
        audit: Audit,
        renderer: Renderer,
        clock: Clock,
        shown_to: ShownTo,
    ) -> None:
        self._owners = owners
        self._audit = audit
        self._renderer = renderer
        self._clock = clock
        self._shown_to = shown_to

    async def tell(self, conversation_id: UUID, change: Change, streams: Sequence[Stream]) -> None:
        """Raises Unavailable if owners cannot be asked now."""
        by_staff: dict[UUID, list[Stream]] = {}
        for stream in streams:
            by_staff.setdefault(stream.staff_id, []).append(stream)
        viewers = await self._viewers(conversation_id, list(by_staff))
        self._tell_the_others(conversation_id, by_staff, viewers)
        if viewers:
            items = await self._items(conversation_id, change, next(iter(viewers)))
            await asyncio.gather(
                *(
                    self._tell_one(conversation_id, change, items, by_staff[staff_id], unread)
                    for staff_id, unread in viewers.items()
                )
            )

    async def _viewers(self, conversation_id: UUID, staff: list[UUID]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for start in range(0, len(staff), _MOST_STAFF):
            some = tuple(staff[start : start + _MOST_STAFF])
            question = ListViewers(conversation_id=conversation_id, staff_ids=some)
            found.update((await self._owners.call(question)).unread_conversations)
        return {staff_id: unread for staff_id, unread in found.items() if staff_id in set(staff)}

    def _tell_the_others(
        self,
        conversation_id: UUID,
        by_staff: dict[UUID, list[Stream]],
        viewers: dict[UUID, int],
    ) -> None:
        """Who saw it and may no longer is told that it has gone, and nothing else."""
        others = by_staff.keys() - viewers.keys()
        for staff_id in self._shown_to.take(conversation_id, others):
            for stream in by_staff[staff_id]:
                stream.send("removed", {"conversation_id": str(conversation_id)})

    async def _items(
        self, conversation_id: UUID, change: Change, staff_id: UUID
    ) -> Sequence[ThreadItem]:
        """The texts and markers that changed, as they are now."""
        asker = Asker(staff_id=staff_id)
        if not change.has_markers and len(change.message_ids) <= _SINGLY:
            replies = await asyncio.gather(
                *(
                    self._owners.call(GetMessage(asker=asker, message_id=message_id))
                    for message_id in change.message_ids
                )
            )
            return [reply.message for reply in replies]
        question = GetThread(asker=asker, conversation_id=conversation_id, limit=_RECENT)
        thread = await self._owners.call(question)
        return [
            item
            for item in thread.items
            if isinstance(item, MarkerView) or item.id in change.message_ids
        ]

    async def _tell_one(
        self,
        conversation_id: UUID,
        change: Change,
        items: Sequence[ThreadItem],
        streams: Sequence[Stream],
        unread: int,
    ) -> None:
        staff_id = streams[0].staff_id
        question = GetConversation(asker=Asker(staff_id=staff_id), conversation_id=conversation_id)
        try:
            view = (await self._owners.call(question)).conversation
        except Refused:
            return  # lost between the question who may see it and this one
        addresses = {stream.session.address for stream in streams}
        for address in addresses:
            await self._audit.record(*readings_of_thread(staff_id, address, view.row))
        self._shown_to.add(staff_id, (view.row.id,))
        for stream in streams:
            stream.send("conversation", self._event(stream, view, items, change, unread))

    def _event(
        self,
        stream: Stream,
        view: ConversationView,
        items: Sequence[ThreadItem],
        change: Change,
        unread: int,
    ) -> dict[str, object]:
        speech = self._renderer.speech(stream.language, self._clock.now())
        page = _shell(stream, unread)
        row = row_view(view.row, speech, view.department.time_zone)
        return {
            "conversation_id": str(view.row.id),
            "row": self._renderer.text("fragments/list_row.html", page, row=row),
            "items": [self._item(item, speech, view, page) for item in items],
            "unread_conversations": unread,
            "unread_count": view.row.unread_count,
            "is_mine": _is_mine(view.row, stream.staff_id),
            "box": _box(view.row, stream.staff_id),
            "sequence": view.row.sequence,
            "composer": change.is_reshaped or change.is_large,
        }

    def _item(
        self, item: ThreadItem, speech: Speech, view: ConversationView, page: Shell
    ) -> dict[str, object]:
        entry = entry_of(item, speech, view)
        html = self._renderer.text("fragments/thread_item.html", page, item=entry)
        return {"id": entry.id, "at": entry.at.iso, "html": html}


def _shell(stream: Stream, unread: int) -> Shell:
    return Shell(
        language=stream.language,
        path="/live",
        csrf_token=masked(stream.csrf_token),
        staff_name=stream.account.full_name,
        unread_conversations=unread,
    )


def _is_mine(row: ConversationRow, staff_id: UUID) -> bool:
    return row.assigned_to is not None and row.assigned_to.id == staff_id


def _box(row: ConversationRow, staff_id: UUID) -> Box | None:
    """The tab in which this person would find it; lists leave out what is shut (rule 2.11)."""
    if row.state in _SHUT:
        return None
    if _is_mine(row, staff_id):
        return Box.MINE
    if row.state is ConversationState.UNASSIGNED:
        return Box.UNASSIGNED
    return Box.DEPARTMENT
