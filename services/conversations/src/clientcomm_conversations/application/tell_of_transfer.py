"""Clients learn by text who their case manager is now (rule 2.9)."""

from collections.abc import Sequence

from clientcomm_contracts.values import Lane
from clientcomm_conversations.application.arrived_rows import DepartmentVoice
from clientcomm_conversations.application.handing_over import send_commands
from clientcomm_conversations.application.telling_clients import tell_client
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.thread import Thread


async def tell_of_transfer(
    writer: Writer, threads: Sequence[Thread], held: Held, *, case_manager: str
) -> None:
    """Write it in each client's language, to leave outside quiet hours; not to who cannot be.

    Many such texts go as bulk does: replies and reminders overtake them.
    """
    lane = Lane.AUTOMATIC if len(threads) == 1 else Lane.BULK
    voices = await writer.voices({thread.department_id for thread in threads})
    written = [
        tell_client(
            writer,
            thread,
            held.addresses[thread.id],
            _wording(thread, voices[thread.department_id], case_manager),
            lane=lane,
        )
        for thread in threads
    ]
    await writer.save(threads)
    for command in send_commands([text for text in written if text is not None]):
        writer.publish(command)


def _wording(thread: Thread, voice: DepartmentVoice, case_manager: str) -> str | None:
    return automatic_text(
        AutomaticText.TRANSFERRED,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
        case_manager=case_manager,
    )
