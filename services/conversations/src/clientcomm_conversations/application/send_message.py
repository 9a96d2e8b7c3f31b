"""A person texts a client (rules 1.2a, 2.3a, 3.1, 3.4, 3.7)."""

from functools import partial

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.requests import MessageReply, SendMessage
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application.authorize import require
from clientcomm_conversations.application.handing_over import hand_over, number_from
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain import refusals
from clientcomm_conversations.domain.addressing import check_state, chosen_number
from clientcomm_conversations.domain.bodies import is_empty, tidied
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Draft


async def send_message(writer: Writer, request: SendMessage) -> MessageReply:
    """Write the text and hand it to sms, once per key."""
    return await once(
        writer, request.asker, request.repeat_key, MessageReply, partial(_send, writer, request)
    )


async def _send(writer: Writer, request: SendMessage) -> MessageReply:
    body = tidied(request.body)
    if is_empty(body) and not request.attachment_ids:
        raise refusals.message_empty()
    sender = request.asker.staff_id
    held = await writer.lock_to_send([request.conversation_id], staff_id=sender)
    thread = held.get(request.conversation_id)
    addresses = held.addresses[thread.id] if thread else None
    if thread is None or addresses is None or addresses.rights is None:
        raise not_found("conversation")
    require(addresses.rights, Right.SEND, thread.facts)
    check_state(thread.state)
    draft = Draft(
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
        staff_id=sender,
    )
    pictures = await _pictures(writer, request)
    return await hand_over(writer, thread, draft, addresses=addresses, pictures=pictures)


async def _pictures(writer: Writer, request: SendMessage) -> tuple[Attachment, ...]:
    """What the asker uploaded for this text. Refused if something is missing."""
    if not request.attachment_ids:
        return ()
    uploads = {
        upload.attachment.id: upload for upload in await writer.uploads(request.attachment_ids)
    }
    chosen = [uploads.get(attachment_id) for attachment_id in request.attachment_ids]
    pictures = tuple(
        upload.attachment
        for upload in chosen
        if upload is not None and upload.uploaded_by == request.asker.staff_id
    )
    if len(pictures) != len(set(request.attachment_ids)):
        raise refusals.unknown_attachment()
    return pictures
