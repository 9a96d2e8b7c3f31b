"""A failed text goes out again, as a new message that names the old one (rule 3.2)."""

from functools import partial

from clientcomm_contracts.conversations.messages import MessageReply, ResendMessage
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.handing_over import (
    check_hour,
    hand_over,
    number_from,
    save_with_pictures,
)
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.addressing import check_state, number_again
from clientcomm_conversations.domain.entries import Draft
from clientcomm_conversations.domain.message_states import may_be_sent_again
from clientcomm_conversations.domain.permissions import Right
from clientcomm_conversations.domain.refusals import sending as refusals


async def resend_message(writer: Writer, request: ResendMessage) -> MessageReply:
    """Send a text again that did not arrive, once per key."""
    return await once(writer, request, partial(_resend, writer, request))


async def _resend(writer: Writer, request: ResendMessage) -> MessageReply:
    rights = await rights_of(writer, request.asker)
    found = await writer.sent_text(request.message_id)
    if found is None:
        raise not_found("message")
    held = await writer.lock_to_send([found.conversation_id], staff_ids=[rights.staff_id])
    thread = held.get(found.conversation_id)
    old = await writer.sent_text(request.message_id)  # as it is now that the thread is locked
    if thread is None or old is None or held.get(old.conversation_id) is not thread:
        raise not_found("message")
    require(rights, Right.SEND, thread.facts, what="message")
    check_state(thread.state)
    if not may_be_sent_again(old.state) or old.is_resent:
        raise refusals.not_to_be_sent_again()
    addresses = held.addresses[thread.id]
    if request.unless_quiet:
        check_hour(writer, thread, addresses)
    draft = Draft(
        id=writer.new_id(),
        author=Author.STAFF,
        lane=Lane.REPLY,
        body=old.body,
        segments=old.segments,
        number_from=number_from(addresses),
        number_to=number_again(
            addresses.numbers,
            thread.last_inbound,
            opted_out=addresses.opted_out,
            before=old.number_to,
        ),
        staff_id=rights.staff_id,
        resend_of=old.id,
    )
    pictures = await writer.copy_pictures(old.id)
    sender = held.senders.get(rights.staff_id)
    if sender is None:
        raise not_found("account")
    reply = hand_over(writer, thread, draft, sender=sender, pictures=pictures)
    await save_with_pictures(writer, [thread], [reply])
    return reply
