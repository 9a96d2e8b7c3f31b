"""The client learns by text who their case manager is now (rule 2.9)."""

from clientcomm_contracts.sms import QuietWindow, SendTextsV1
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Addresses, Writer
from clientcomm_conversations.domain.addressing import usual_number
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Draft, Thread


async def tell_of_transfer(
    writer: Writer, thread: Thread, addresses: Addresses, *, case_manager: str
) -> None:
    """Write it in the client's language, to leave outside quiet hours; nothing if it cannot be."""
    number_to = usual_number(addresses.numbers, thread.last_inbound)
    body = await _wording(writer, thread, case_manager)
    if number_to is None or number_to in addresses.opted_out:
        return
    if body is None or addresses.number_from is None:
        return
    message = thread.write(
        Draft(
            id=writer.new_id(),
            author=Author.AUTOMATIC,
            lane=Lane.AUTOMATIC,
            body=body,
            segments=count_segments(body),
            number_from=addresses.number_from,
            number_to=number_to,
        ),
        writer.now(),
    )
    quiet = QuietWindow(
        starts=addresses.quiet_hours.starts,
        ends=addresses.quiet_hours.ends,
        time_zone=thread.time_zone,
    )
    writer.publish(facts.message_written(thread, message))
    writer.publish(SendTextsV1(items=(facts.outgoing_text(message, quiet=quiet),)))
    await writer.save([thread])


async def _wording(writer: Writer, thread: Thread, case_manager: str) -> str | None:
    voice = (await writer.voices([thread.department_id]))[thread.department_id]
    return automatic_text(
        AutomaticText.TRANSFERRED,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
        case_manager=case_manager,
    )
