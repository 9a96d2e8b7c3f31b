"""Texts of a mass message that wait when their author goes: withdrawn, written anew (rule 1.6)."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_conversations.application.send_mass_message import progressed
from clientcomm_conversations.application.withdraw_texts import withdraw_texts
from clientcomm_conversations.application.writing import Writer


async def withdraw_bulk_of(writer: Writer, staff_id: UUID) -> None:
    """Ask sms for what it has not handed over."""
    withdraw_texts(writer, await writer.waiting_bulk_of(staff_id))


async def release_again(writer: Writer, canceled: Sequence[UUID]) -> None:
    """Recipients whose text was kept back wait once more, for one in their case manager's name."""
    returned = await writer.return_recipients(canceled) if canceled else ()
    for mass_message_id, progress in returned:
        writer.publish(progressed(mass_message_id, progress, now=writer.now()))
    if returned:
        writer.wake_release()
