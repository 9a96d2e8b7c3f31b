"""A person texts a client (rules 1.2a, 2.3a, 3.1, 3.4, 3.7)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.messages import MessageReply, SendMessage
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application.authorize import require
from clientcomm_conversations.application.handing_over import (
    check_hour,
    hand_over,
    number_from,
    save_with_pictures,
)
from clientcomm_conversations.application.repeating import once_each
from clientcomm_conversations.application.writing import Addresses, Held, Writer
from clientcomm_conversations.domain.addressing import check_state, chosen_number
from clientcomm_conversations.domain.bodies import is_empty, tidied
from clientcomm_conversations.domain.entries import Draft
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals import sending as refusals
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Thread


async def send_messages(
    writer: Writer, requests: Sequence[SendMessage]
) -> Sequence[MessageReply | Refused]:
    """Write the texts and hand them to sms, each once per key; what is refused hinders no other."""
    return await once_each(writer, requests, partial(_send_all, writer))


async def send_message(writer: Writer, request: SendMessage) -> MessageReply:
    """Write one text. Raises Refused."""
    [outcome] = await send_messages(writer, [request])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


async def _send_all(
    writer: Writer, requests: Sequence[SendMessage]
) -> Sequence[MessageReply | Refused]:
    held = await writer.lock_to_send(
        [request.conversation_id for request in requests],
        staff_ids={request.asker.staff_id for request in requests},
    )
    taken: set[UUID] = set()
    outcomes = [await _outcome(writer, held, request, taken) for request in requests]
    replies = [outcome for outcome in outcomes if not isinstance(outcome, Refused)]
    await save_with_pictures(writer, [t for t in held.each() if t.written], replies)
    return outcomes


async def _outcome(
    writer: Writer, held: Held, request: SendMessage, taken: set[UUID]
) -> MessageReply | Refused:
    try:
        return await _send(writer, held, request, taken)
    except Refused as refusal:
        return refusal


async def _send(writer: Writer, held: Held, request: SendMessage, taken: set[UUID]) -> MessageReply:
    thread = held.get(request.conversation_id)
    sender = held.senders.get(request.asker.staff_id)
    if thread is None or sender is None:
        raise not_found("conversation")
    require(sender.rights, Right.SEND, thread.facts)
    check_state(thread.state)
    if request.unless_quiet:
        check_hour(writer, thread, held.addresses[thread.id])
    draft = _draft(writer, request, thread, held.addresses[thread.id])
    pictures = await _pictures(writer, request, taken)
    taken.update(picture.id for picture in pictures)
    return hand_over(writer, thread, draft, sender=sender, pictures=pictures, cause=request)


def _draft(writer: Writer, request: SendMessage, thread: Thread, addresses: Addresses) -> Draft:
    body = tidied(request.body)
    if is_empty(body) and not request.attachment_ids:
        raise refusals.message_empty()
    return Draft(
        id=writer.new_id(),
        author=Author.STAFF,
        lane=Lane.REPLY,
        body=body,
        segments=count_segments(body),
        number_from=number_from(addresses),
        number_to=chosen_number(
            addresses.numbers,
            thread.last_inbound,
            opted_out=addresses.opted_out,
            number_id=request.to_number_id,
        ),
        staff_id=request.asker.staff_id,
    )


async def _pictures(
    writer: Writer, request: SendMessage, taken: set[UUID]
) -> tuple[Attachment, ...]:
    """What the asker uploaded for this text. Refused if something is missing, or taken by now."""
    if not request.attachment_ids:
        return ()
    uploads = {
        upload.attachment.id: upload for upload in await writer.uploads(request.attachment_ids)
    }
    chosen = [uploads.get(attachment_id) for attachment_id in request.attachment_ids]
    pictures = tuple(
        upload.attachment
        for upload in chosen
        if upload is not None
        and upload.uploaded_by == request.asker.staff_id
        and upload.attachment.id not in taken
    )
    if len(pictures) != len(set(request.attachment_ids)):
        raise refusals.unknown_attachment()
    return pictures
