"""A draft becomes a message: its place in the thread, the command to sms, and the facts."""

from collections.abc import Iterator, Sequence

from clientcomm_contracts.contract import Message as Contract
from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.messages import MessageReply
from clientcomm_contracts.sms import OutgoingText, SendTextsV1
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.message_views import written_view
from clientcomm_conversations.application.writing import Addresses, Sender, Writer
from clientcomm_conversations.domain.entries import Draft
from clientcomm_conversations.domain.quiet_hours import warned_until
from clientcomm_conversations.domain.refusals import sending as refusals
from clientcomm_conversations.domain.thread import Thread

TEXTS_PER_COMMAND = 100


def number_from(addresses: Addresses) -> str:
    """The department's number. Raises Refused if it has none."""
    if addresses.number_from is None:
        raise refusals.department_without_number()
    return addresses.number_from


def check_hour(writer: Writer, thread: Thread, addresses: Addresses) -> None:
    """Raises Refused (quiet_hours) while it is night for the client (rule 3.9)."""
    until = warned_until(
        addresses.quiet_hours,
        time_zone=thread.time_zone,
        last_inbound_at=thread.last_inbound_at,
        now=writer.now(),
    )
    if until is not None:
        raise refusals.quiet_hours(until)


def hand_over(
    writer: Writer,
    thread: Thread,
    draft: Draft,
    *,
    sender: Sender,
    pictures: tuple[Attachment, ...] = (),
    cause: Contract | None = None,
) -> MessageReply:
    """Write a person's text, tell sms to send it, and everybody that it exists; saves nothing."""
    message = thread.write(draft, writer.now())
    name = sender.full_name
    written = facts.message_written(thread, message, staff_name=name, attachments=pictures)
    keys = tuple(picture.object_key for picture in pictures if picture.object_key)
    writer.publish(written, cause=cause)
    text = facts.outgoing_text(message, media_keys=keys)
    writer.publish(SendTextsV1(items=(text,)), cause=cause)
    return MessageReply(message=written_view(message, staff_name=name, attachments=pictures))


async def save_with_pictures(
    writer: Writer, threads: Sequence[Thread], replies: Sequence[MessageReply]
) -> None:
    """Keep threads and their new texts, then tie the pictures to these."""
    await writer.save(threads)
    for message in (reply.message for reply in replies):
        if message.attachments:
            ids = [picture.id for picture in message.attachments]
            await writer.attach(ids, message_id=message.id)


def send_commands(texts: Sequence[OutgoingText]) -> Iterator[SendTextsV1]:
    """Commands of as many texts as one may carry."""
    for start in range(0, len(texts), TEXTS_PER_COMMAND):
        yield SendTextsV1(items=tuple(texts[start : start + TEXTS_PER_COMMAND]))
