"""scheduler tells what the client list shows of a conversation's schedule (rule 2.13)."""

from collections.abc import Sequence

from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_conversations.application.writing import Writer


async def follow_schedule(writer: Writer, events: Sequence[ConversationScheduleChangedV1]) -> None:
    """Show the newest state of each; older news than what is shown changes nothing."""
    newest: dict[object, ConversationScheduleChangedV1] = {}
    for event in events:
        known = newest.get(event.conversation_id)
        if known is None or event.sequence > known.sequence:
            newest[event.conversation_id] = event
    await writer.show_schedules(list(newest.values()))
