"""Who else has a client is told by e-mail what changed about them (rule 2.3)."""

from uuid import UUID

from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.client import Client


def tell_case_managers(
    writer: Writer, held: Held, client: Client, kind: NoticeKind, *, by: UUID, by_name: str
) -> None:
    """Each other case manager who has the client now, once; not who had them until it closed."""
    open_threads = [t for t in held.each() if t.state is ConversationState.OPEN]
    threads = {t.assigned_to: t for t in open_threads if t.assigned_to and t.assigned_to != by}
    notices = [
        Notice(
            id=writer.new_id(),
            staff_id=staff_id,
            kind=kind,
            department_id=thread.department_id,
            conversation_id=thread.id,
            details={"by": by_name, "client": client.short_name},
        )
        for staff_id, thread in threads.items()
    ]
    if notices:
        writer.publish(SendNoticesV1(items=tuple(notices)))
