"""A department tells a client something of its own accord (rules 2.9, 2.13a)."""

from clientcomm_contracts.sms import OutgoingText, QuietWindow, SendTextsV1
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Addresses, Writer
from clientcomm_conversations.domain.addressing import usual_number
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.entries import Draft
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Thread


async def greet(writer: Writer, thread: Thread, addresses: Addresses) -> SendTextsV1 | None:
    """The department's first text to a client whom it never texted, if it has one.

    The command is for who saves the thread to publish after it.
    """
    voice = (await writer.voices({thread.department_id}))[thread.department_id]
    names = await writer.staff_names([thread.assigned_to] if thread.assigned_to else [])
    body = automatic_text(
        AutomaticText.FIRST_TEXT,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
        case_manager=next(iter(names.values()), voice.name),
    )
    text = tell_client(writer, thread, addresses, body, lane=Lane.AUTOMATIC)
    return SendTextsV1(items=(text,)) if text else None


def tell_client(
    writer: Writer, thread: Thread, addresses: Addresses, body: str | None, *, lane: Lane
) -> OutgoingText | None:
    """Write it, to leave outside quiet hours.

    None where there is nothing to say, no number to say it from or to, or the client has opted
    out. The thread is not saved, and sms not told yet.
    """
    number_from = addresses.number_from
    number_to = usual_number(addresses.numbers, thread.last_inbound)
    if body is None or number_from is None or number_to is None or number_to in addresses.opted_out:
        return None
    draft = Draft(
        id=writer.new_id(),
        author=Author.AUTOMATIC,
        lane=lane,
        body=body,
        segments=count_segments(body),
        number_from=number_from,
        number_to=number_to,
    )
    message = thread.write(draft, writer.now())
    writer.publish(facts.message_written(thread, message))
    quiet = QuietWindow(
        starts=addresses.quiet_hours.starts,
        ends=addresses.quiet_hours.ends,
        time_zone=thread.time_zone,
    )
    return facts.outgoing_text(message, quiet=quiet)
