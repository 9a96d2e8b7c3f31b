"""Clients learn by text who their case manager is now (rule 2.9)."""

from collections.abc import Sequence

from clientcomm_contracts.sms import OutgoingText, QuietWindow
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.arrived_rows import DepartmentVoice
from clientcomm_conversations.application.handing_over import send_commands
from clientcomm_conversations.application.writing import Addresses, Held, Writer
from clientcomm_conversations.domain.addressing import usual_number
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Draft, Thread


async def tell_of_transfer(
    writer: Writer, threads: Sequence[Thread], held: Held, *, case_manager: str
) -> None:
    """Write it in each client's language, to leave outside quiet hours; not to who cannot be.

    Many such texts go as bulk does: replies and reminders overtake them.
    """
    lane = Lane.AUTOMATIC if len(threads) == 1 else Lane.BULK
    voices = await writer.voices({thread.department_id for thread in threads})
    texts: list[OutgoingText] = []
    for thread in threads:
        addresses, voice = held.addresses[thread.id], voices[thread.department_id]
        number_to = usual_number(addresses.numbers, thread.last_inbound)
        body = _wording(thread, voice, case_manager)
        if body is None or number_to is None or number_to in addresses.opted_out:
            continue
        if addresses.number_from is not None:
            draft = Draft(
                id=writer.new_id(),
                author=Author.AUTOMATIC,
                lane=lane,
                body=body,
                segments=count_segments(body),
                number_from=addresses.number_from,
                number_to=number_to,
            )
            texts.append(_write(writer, thread, draft, addresses))
    await writer.save(threads)
    for command in send_commands(texts):
        writer.publish(command)


def _write(writer: Writer, thread: Thread, draft: Draft, addresses: Addresses) -> OutgoingText:
    message = thread.write(draft, writer.now())
    writer.publish(facts.message_written(thread, message))
    quiet = QuietWindow(
        starts=addresses.quiet_hours.starts,
        ends=addresses.quiet_hours.ends,
        time_zone=thread.time_zone,
    )
    return facts.outgoing_text(message, quiet=quiet)


def _wording(thread: Thread, voice: DepartmentVoice, case_manager: str) -> str | None:
    return automatic_text(
        AutomaticText.TRANSFERRED,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
        case_manager=case_manager,
    )
