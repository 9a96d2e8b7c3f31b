"""The read position of a conversation moves (rules 1.3, 3.10)."""

from functools import partial

from clientcomm_contracts.conversations.reading import MarkRead, MarkUnread, ReadReply
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.people import Asker
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.lock_thread import lock_thread
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.thread import Thread


async def mark_read(writer: Writer, request: MarkRead) -> ReadReply:
    """Up to a message that was shown, or to the last text; never backwards. Once per key."""
    return await once(writer, request, partial(_mark_read, writer, request))


async def mark_unread(writer: Writer, request: MarkUnread) -> ReadReply:
    """The last inbound text is unread again; without effect if it is already. Once per key."""
    return await once(writer, request, partial(_mark_unread, writer, request))


async def _mark_read(writer: Writer, request: MarkRead) -> ReadReply:
    thread = await _locked(writer, request)
    place = await writer.place_of(thread.id, request.up_to)
    if place is None and request.up_to is not None:
        raise not_found("message")
    if place is not None and place > _present(thread):
        await _move(writer, thread, place, request.asker)
    return _reply(thread)


async def _mark_unread(writer: Writer, request: MarkUnread) -> ReadReply:
    thread = await _locked(writer, request)
    if thread.unread_count == 0:
        last = await writer.place_of(thread.id, None)
        if last is not None:
            await _move(writer, thread, await writer.inbound_before(thread.id, last), request.asker)
    return _reply(thread)


async def _locked(writer: Writer, request: MarkRead | MarkUnread) -> Thread:
    rights = await rights_of(writer, request.asker)
    return await lock_thread(writer, request.conversation_id, rights, Right.MARK_READ)


async def _move(writer: Writer, thread: Thread, place: Place | None, asker: Asker) -> None:
    thread.read_up_to = place.at if place else None
    thread.read_up_to_id = place.message_id if place else None
    thread.unread_count = await writer.count_inbound_after(thread.id, place)
    moved = facts.read_position_moved(thread, now=writer.now(), by_staff_id=asker.staff_id)
    await writer.save([thread])
    writer.publish(moved)


def _present(thread: Thread) -> tuple[object, ...]:
    if thread.read_up_to is None or thread.read_up_to_id is None:
        return ()
    return (thread.read_up_to, thread.read_up_to_id)


def _reply(thread: Thread) -> ReadReply:
    return ReadReply(read_up_to=thread.read_up_to, unread_count=thread.unread_count)
