"""A text of a shared phone goes to another client of that number, by one click (rule 2.6)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.events import MessageRefiledV1
from clientcomm_contracts.conversations.inbox import RefileMessage, RefileReply
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.marking import mark, mark_opened, name_of
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refiling import InboundText, Sharer, show_latest, take_text
from clientcomm_conversations.domain.refusals import inbox as refusals
from clientcomm_conversations.domain.thread import Thread


async def refile_message(writer: Writer, request: RefileMessage) -> RefileReply:
    """Move it, once per key; both threads say so. Raises Refused."""
    return await once(writer, request, partial(_refile, writer, request))


async def _refile(writer: Writer, request: RefileMessage) -> RefileReply:
    rights = await rights_of(writer, request.asker)
    text = await writer.refiling.inbound_text(request.message_id)
    if text is None:
        raise not_found("message")
    sharers = await writer.refiling.sharers(text.department_id, text.number_from)
    held = await writer.lock([text.conversation_id, *(one.conversation_id for one in sharers)])
    # Read again under the locks: somebody else may have moved it meanwhile.
    text = await writer.refiling.inbound_text(request.message_id)
    source = held.get(text.conversation_id) if text is not None else None
    if text is None or source is None:
        raise not_found("message")
    require(rights, Right.READ, source.facts, what="message")
    require(rights, Right.REFILE, source.facts, what="message")
    if source.client_id is not None and source.client_id == request.client_id:
        return _reply(text, source, source)
    to = _chosen([s for s in sharers if s.client_id != source.client_id], request.client_id)
    target = held.threads[to.conversation_id]
    await _move(writer, text, source, target, to, by=rights.staff_id)
    return _reply(text, source, target)


def _reply(text: InboundText, source: Thread, target: Thread) -> RefileReply:
    """Where the text was and is; a second click finds it there."""
    assert target.client_id is not None
    return RefileReply(
        message_id=text.id,
        from_conversation_id=source.id,
        conversation_id=target.id,
        client_id=target.client_id,
    )


def _chosen(others: Sequence[Sharer], client_id: UUID | None) -> Sharer:
    if not others:
        raise refusals.nobody_shares_the_phone()
    if client_id is None and len(others) > 1:
        raise refusals.choose_client([{"id": str(s.client_id), "name": s.name} for s in others])
    for sharer in others:
        if client_id in {None, sharer.client_id}:
            return sharer
    raise not_found("client")


async def _move(
    writer: Writer, text: InboundText, source: Thread, target: Thread, to: Sharer, *, by: UUID
) -> None:
    now = writer.now()
    name = await name_of(writer, by)
    whose = await writer.refiling.name_of(source.id)
    await _open_again(writer, target, by)
    at = take_text(target, text, now)
    await writer.refiling.move(text.id, from_id=source.id, to_id=target.id, at=at)
    await _leave(writer, source, by)
    writer.publish(
        MessageRefiledV1(
            aggregate_id=target.id,
            sequence=target.next_sequence(),
            occurred_at=now,
            message_id=text.id,
            department_id=target.department_id,
            from_conversation_id=source.id,
        )
    )
    for thread, details in ((source, {"to": to.name}), (target, {"from": whose})):
        mark(writer, thread, MarkerKind.REFILED, by=by, by_name=name, details=details)
    await writer.save([source, target])


async def _open_again(writer: Writer, target: Thread, by: UUID) -> None:
    """As if the text had come here at once (rule 2.7)."""
    if target.state is not ConversationState.CLOSED:
        return
    now = writer.now()
    receiver = target.returns_to()
    target.give_to(receiver, assignment_id=writer.new_id(), at=now, by_staff_id=by)
    writer.publish(facts.conversation_changed(target, now=now, by_staff_id=by))
    await mark_opened(writer, target, by=by, why="refiled")


async def _leave(writer: Writer, source: Thread, by: UUID) -> None:
    """The list shows what is last now, and what is unread without the text."""
    show_latest(source, await writer.refiling.latest(source.id))
    before = source.unread_count
    position = None
    if source.read_up_to is not None and source.read_up_to_id is not None:
        position = Place(source.read_up_to, source.read_up_to_id)
    source.unread_count = await writer.count_inbound_after(source.id, position)
    if source.unread_count != before:
        now = writer.now()
        writer.publish(facts.read_position_moved(source, now=now, by_staff_id=by))
