"""Texts of a mass message that wait when their author goes: withdrawn, written anew (rule 1.6)."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_conversations.application.send_mass_message import progressed
from clientcomm_conversations.application.writing import Writer

_MESSAGES_PER_COMMAND = 1000


async def withdraw_bulk_of(writer: Writer, staff_id: UUID) -> None:
    """Ask sms for what it has not handed over; it answers with what it could keep back."""
    waiting = await writer.waiting_bulk_of(staff_id)
    for start in range(0, len(waiting), _MESSAGES_PER_COMMAND):
        some = tuple(waiting[start : start + _MESSAGES_PER_COMMAND])
        writer.publish(WithdrawTextsV1(message_ids=some))


async def release_again(writer: Writer, canceled: Sequence[UUID]) -> None:
    """Recipients whose text was kept back wait once more, for one in their case manager's name."""
    returned = await writer.return_recipients(canceled) if canceled else ()
    for mass_message_id, progress in returned:
        writer.publish(progressed(mass_message_id, progress, now=writer.now()))
    if returned:
        writer.wake_release()
