"""A draft becomes a message: its place in the thread, the command to sms, and the facts."""

from collections.abc import Iterator, Sequence

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.requests import MessageReply
from clientcomm_contracts.sms import OutgoingText, SendTextsV1
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.message_views import written_view
from clientcomm_conversations.application.writing import Addresses, Writer
from clientcomm_conversations.domain import refusals
from clientcomm_conversations.domain.thread import Draft, Thread

TEXTS_PER_COMMAND = 100


def number_from(addresses: Addresses) -> str:
    """The department's number. Raises Refused if it has none."""
    if addresses.number_from is None:
        raise refusals.department_without_number()
    return addresses.number_from


async def hand_over(
    writer: Writer,
    thread: Thread,
    draft: Draft,
    *,
    addresses: Addresses,
    pictures: tuple[Attachment, ...] = (),
) -> MessageReply:
    """Write a person's text, tell sms to send it, and everybody that it exists."""
    message = thread.write(draft, writer.now())
    name = addresses.staff_name
    written = facts.message_written(thread, message, staff_name=name, attachments=pictures)
    await writer.save([thread])
    if pictures:
        await writer.attach([picture.id for picture in pictures], message_id=message.id)
    keys = tuple(picture.object_key for picture in pictures if picture.object_key)
    writer.publish(written)
    writer.publish(SendTextsV1(items=(facts.outgoing_text(message, media_keys=keys),)))
    return MessageReply(message=written_view(message, staff_name=name, attachments=pictures))


def send_commands(texts: Sequence[OutgoingText]) -> Iterator[SendTextsV1]:
    """Commands of as many texts as one may carry."""
    for start in range(0, len(texts), TEXTS_PER_COMMAND):
        yield SendTextsV1(items=tuple(texts[start : start + TEXTS_PER_COMMAND]))
