"""A thread says that it is open again, by whom and why (rules 2.7, 2.11, 3.13)."""

from uuid import UUID

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.thread import Thread


async def mark_opened(writer: Writer, thread: Thread, *, by: UUID, why: str) -> None:
    """By a person; `why` is a code."""
    marker = thread.mark(
        MarkerKind.OPENED,
        marker_id=writer.new_id(),
        at=writer.now(),
        by_staff_id=by,
        details={"why": why},
    )
    name = (await writer.staff_names([by])).get(by)
    writer.publish(facts.marker_added(thread, marker, by_staff_name=name))
