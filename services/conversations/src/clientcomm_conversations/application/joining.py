"""One conversation takes in another, for ever: merged clients, strangers who are clients."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.events import ConversationChangedV1, ConversationsMergedV1
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.joined_rows import Moved
from clientcomm_conversations.application.marking import mark_opened
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.joining import holder_after, take_in
from clientcomm_conversations.domain.thread import Thread


async def join(writer: Writer, survivor: Thread, absorbed: Thread, *, by: UUID) -> Moved:
    """Move everything, under the locks of both; the survivor is changed but not saved yet."""
    now = writer.now()
    first_unread = await _first_unread(writer, (survivor, absorbed))
    gone = _redirected(absorbed, survivor, now=now, by=by)
    moved = await writer.joining.absorb(survivor.id, absorbed.id, sequence=gone.sequence, at=now)
    take_in(survivor, absorbed)
    writer.publish(gone)
    writer.publish(
        ConversationsMergedV1(
            aggregate_id=survivor.id,
            sequence=survivor.next_sequence(),
            occurred_at=now,
            department_id=survivor.department_id,
            absorbed_id=absorbed.id,
            absorbed_sequence=gone.sequence,
        )
    )
    changes_hands, receiver = holder_after(survivor, absorbed)
    if changes_hands:
        was_closed = survivor.state is ConversationState.CLOSED
        survivor.give_to(receiver, assignment_id=writer.new_id(), at=now, by_staff_id=by)
        writer.publish(facts.conversation_changed(survivor, now=now, by_staff_id=by))
        if was_closed:
            await mark_opened(writer, survivor, by=by, why="joined")
    await _keep_unread(writer, survivor, absorbed, first_unread, by=by)
    return moved


def _redirected(
    absorbed: Thread, survivor: Thread, *, now: datetime, by: UUID
) -> ConversationChangedV1:
    """The last fact of the absorbed conversation."""
    return ConversationChangedV1(
        aggregate_id=absorbed.id,
        sequence=absorbed.next_sequence(),
        occurred_at=now,
        department_id=absorbed.department_id,
        client_id=survivor.client_id,
        sender=absorbed.sender,
        state=ConversationState.CLOSED,
        assigned_to=None,
        merged_into=survivor.id,
        by_staff_id=by,
    )


async def _first_unread(writer: Writer, threads: Sequence[Thread]) -> Place | None:
    """The earliest text of either that nobody has read."""
    places = [
        await writer.joining.first_unread(thread.id, (thread.read_up_to, thread.read_up_to_id))
        for thread in threads
        if thread.unread_count
    ]
    found = min((place for place in places if place is not None), default=None)
    return Place(*found) if found else None


async def _keep_unread(
    writer: Writer, survivor: Thread, absorbed: Thread, first_unread: Place | None, *, by: UUID
) -> None:
    """One read position for both: what was unread in either is unread still (rules 2.5, 3.10)."""
    before = (survivor.read_up_to, survivor.unread_count)
    if first_unread is None:
        place = max(_positions(survivor, absorbed), default=None)
    else:
        place = await writer.inbound_before(survivor.id, first_unread)
    survivor.read_up_to = place.at if place else None
    survivor.read_up_to_id = place.message_id if place else None
    survivor.unread_count = await writer.count_inbound_after(survivor.id, place)
    if before != (survivor.read_up_to, survivor.unread_count):
        now = writer.now()
        writer.publish(facts.read_position_moved(survivor, now=now, by_staff_id=by))


def _positions(*threads: Thread) -> Sequence[Place]:
    return [
        Place(thread.read_up_to, thread.read_up_to_id)
        for thread in threads
        if thread.read_up_to is not None and thread.read_up_to_id is not None
    ]
