"""Inbound texts take their place in the threads where they are filed (rules 2.6, 2.7)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment, AttachmentStoredV1
from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_contracts.values import ConversationState, MarkerKind, TextTag
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.answer_by_itself import answer_by_itself
from clientcomm_conversations.application.arrived_rows import InboundFile, Suspicion
from clientcomm_conversations.application.filing import Filed, file_texts
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.bodies import storable
from clientcomm_conversations.domain.entries import Arrival, Message
from clientcomm_conversations.domain.routing import Filing
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Thread


async def arrive(
    writer: Writer, events: Sequence[TextReceivedV1], *, is_answered: bool = True
) -> Sequence[tuple[Filed, Message]]:
    """File texts of open departments in their order; `is_answered`: by itself where it is due."""
    filed = await file_texts(writer, events)
    if not filed:
        return ()
    held = await writer.lock(item.conversation_id for item in filed)
    with_media = [item.event.aggregate_id for item in filed if item.event.media]
    files = await writer.inbound_files(with_media) if with_media else {}
    arrived = [(item, _receive(writer, held, item, files)) for item in filed]
    if is_answered:
        await answer_by_itself(writer, held, filed)
    await writer.save(list(held.each()))
    await _attach(writer, held, arrived, files)
    await writer.suspect_refusals(
        [_suspicion(message) for _, message in arrived if message.tag is TextTag.SUSPECTED_REFUSAL]
    )
    return arrived


def _receive(writer: Writer, held: Held, item: Filed, files: Mapping[UUID, Attachment]) -> Message:
    event = item.event
    thread = held.threads[item.conversation_id]
    _open_again(writer, thread, event, is_new=item.is_new)
    if item.is_new and event.is_opted_out:
        thread.is_opted_out = True
    body = storable(event.body)
    message = thread.receive(
        Arrival(
            id=writer.new_id(),
            inbound_id=event.aggregate_id,
            body=body,
            segments=count_segments(body),
            number_from=event.number_from,
            number_to=event.number_to,
            received_at=event.received_at,
            tag=event.tag,
            from_former_number=item.filing is Filing.FORMER_NUMBER,
        ),
        writer.now(),
    )
    attachments = tuple(
        files.get(media.id, Attachment(id=media.id, content_type=media.content_type))
        for media in sorted(event.media, key=lambda media: media.position)
    )
    received = facts.message_received(thread, message, now=writer.now(), attachments=attachments)
    writer.publish(received, cause=event)
    return message


def _open_again(writer: Writer, thread: Thread, event: TextReceivedV1, *, is_new: bool) -> None:
    """A closed conversation opens and returns to who had it last, or to the inbox (rule 2.7)."""
    now = writer.now()
    if thread.state is ConversationState.CLOSED:
        thread.give_to(thread.returns_to(), assignment_id=writer.new_id(), at=now, by_staff_id=None)
        marker = thread.mark(
            MarkerKind.OPENED,
            marker_id=writer.new_id(),
            at=min(now, event.received_at),
            by_staff_id=None,
            details={"why": "text_received"},
        )
        writer.publish(facts.conversation_changed(thread, now=now), cause=event)
        writer.publish(facts.marker_added(thread, marker), cause=event)
    elif is_new:
        writer.publish(facts.conversation_changed(thread, now=now), cause=event)


async def _attach(
    writer: Writer,
    held: Held,
    arrived: Sequence[tuple[Filed, Message]],
    known: Mapping[UUID, Attachment],
) -> None:
    """Tie attachments to their texts; what was fetched in this very moment is told now."""
    rows = [
        InboundFile(
            id=media.id,
            inbound_id=item.event.aggregate_id,
            message_id=message.id,
            department_id=message.department_id,
            position=media.position,
            content_type=media.content_type,
        )
        for item, message in arrived
        for media in item.event.media
    ]
    if not rows:
        return
    places = {row.id: row for row in rows}
    threads = {message.id: held.threads[message.conversation_id] for _, message in arrived}
    late: list[Thread] = []
    for attachment in await writer.attach_inbound(rows):
        is_fetched = attachment.object_key is not None or attachment.problem is not None
        if not is_fetched or attachment.id in known:
            continue
        message_id = places[attachment.id].message_id
        thread = threads[message_id]
        writer.publish(
            AttachmentStoredV1(
                aggregate_id=thread.id,
                sequence=thread.next_sequence(),
                occurred_at=writer.now(),
                message_id=message_id,
                department_id=thread.department_id,
                attachment=attachment,
            )
        )
        late.append(thread)
    await writer.save(late)


def _suspicion(message: Message) -> Suspicion:
    return Suspicion(message.department_id, message.number_from, message.id, message.at)
