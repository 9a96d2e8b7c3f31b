"""The rest of a mass message is not sent (rule 3.11)."""

from functools import partial

from clientcomm_contracts.conversations.mass_messages import MassMessageReply, StopMassMessage
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.get_mass_message import mass_message_view
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.send_mass_message import progressed
from clientcomm_conversations.application.withdraw_texts import withdraw_texts
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import ConversationFacts, Right


async def stop_mass_message(writer: Writer, request: StopMassMessage) -> MassMessageReply:
    """Release no more, and withdraw what sms has not sent; without effect the second time.

    Once per key.
    """
    return await once(writer, request, partial(_stop, writer, request))


async def _stop(writer: Writer, request: StopMassMessage) -> MassMessageReply:
    rights = await rights_of(writer, request.asker)
    view = await mass_message_view(writer.reader(), rights, request.mass_message_id)
    facts = ConversationFacts(view.department_id, view.by_staff.id, ConversationState.OPEN)
    require(rights, Right.MASS_MESSAGE, facts, what="mass message")
    await writer.take_turn_with_bulk(view.department_id)
    progress = await writer.stop_mass_message(view.id, by_staff_id=rights.staff_id)
    if progress is not None:
        writer.publish(progressed(view.id, progress, now=writer.now()))
        withdraw_texts(writer, await writer.unsent_of(view.id))
    view = await mass_message_view(writer.reader(), rights, request.mass_message_id)
    return MassMessageReply(mass_message=view)
