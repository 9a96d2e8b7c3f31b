"""A thread says that an unknown sender's texts are this client's, and who said so (2.8, 3.13)."""

from uuid import UUID

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.thread import Thread


async def mark_attached(
    writer: Writer, thread: Thread, sender: str, *, by: UUID, why: str = ""
) -> None:
    """`why` is a code: `client_added` where the conversation became that of a client then."""
    details = {"number": sender}
    if why:
        details["why"] = why
    marker = thread.mark(
        MarkerKind.ATTACHED,
        marker_id=writer.new_id(),
        at=writer.now(),
        by_staff_id=by,
        details=details,
    )
    name = (await writer.staff_names([by])).get(by)
    writer.publish(facts.marker_added(thread, marker, by_staff_name=name))
