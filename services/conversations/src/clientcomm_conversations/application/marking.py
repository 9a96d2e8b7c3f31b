"""What somebody did stands in the thread, and is told (rule 3.13)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.thread import Thread


def mark(  # noqa: PLR0913 - what was done, by whom, and when
    writer: Writer,
    thread: Thread,
    kind: MarkerKind,
    *,
    by: UUID,
    by_name: str | None,
    details: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    """A marker that names who did it, now unless `at` says otherwise."""
    marker = thread.mark(
        kind,
        marker_id=writer.new_id(),
        at=at or writer.now(),
        by_staff_id=by,
        details=dict(details or {}),
    )
    writer.publish(facts.marker_added(thread, marker, by_staff_name=by_name))


async def mark_opened(writer: Writer, thread: Thread, *, by: UUID, why: str) -> None:
    """It is open again (rules 2.7, 2.11); `why` is a code."""
    name = await name_of(writer, by)
    mark(writer, thread, MarkerKind.OPENED, by=by, by_name=name, details={"why": why})


async def mark_attached(
    writer: Writer, thread: Thread, sender: str, *, by: UUID, why: str = ""
) -> None:
    """An unknown sender's texts are this client's (rule 2.8).

    `why` is a code: `client_added` where the conversation became that of a client then.
    """
    details = {"number": sender, "why": why} if why else {"number": sender}
    name = await name_of(writer, by)
    mark(writer, thread, MarkerKind.ATTACHED, by=by, by_name=name, details=details)


async def name_of(writer: Writer, staff_id: UUID) -> str | None:
    """One member of staff's full name."""
    return (await writer.staff_names([staff_id])).get(staff_id)
