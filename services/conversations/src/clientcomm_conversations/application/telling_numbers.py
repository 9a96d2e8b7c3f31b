"""Other numbers of a client: written, marked in every thread, told to all who have the client."""

from uuid import UUID

from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_conversations.application import client_facts, facts
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.client import Client


async def tell_numbers(
    writer: Writer,
    held: Held,
    after: Client,
    by: UUID,
    *,
    details: dict[str, str] | None = None,
) -> None:
    """Write the client and their threads; with `details` also markers and e-mails (rule 2.3)."""
    now = writer.now()
    told = after.told_again()
    await writer.joining.save_numbers(told)
    await writer.save_client(told)
    writer.publish(client_facts.client_changed(told, now=now))
    threads = list(held.each())
    opted_out = await writer.opted_out_among([thread.id for thread in threads])
    name = (await writer.staff_names([by])).get(by)
    for thread in threads:
        thread.is_opted_out = thread.id in opted_out
        if details:
            marker = thread.mark(
                MarkerKind.NUMBER_CHANGED,
                marker_id=writer.new_id(),
                at=now,
                by_staff_id=by,
                details=details,
            )
            writer.publish(facts.marker_added(thread, marker, by_staff_name=name))
    await writer.save(threads)
    if details:
        _notify(writer, held, told, by, name or "")


def _notify(writer: Writer, held: Held, client: Client, by: UUID, name: str) -> None:
    """Each other case manager who has the client now, once; not who had them until it closed."""
    open_threads = [t for t in held.each() if t.state is ConversationState.OPEN]
    threads = {t.assigned_to: t for t in open_threads if t.assigned_to and t.assigned_to != by}
    notices = [
        Notice(
            id=writer.new_id(),
            staff_id=staff_id,
            kind=NoticeKind.NUMBER_CHANGED,
            department_id=thread.department_id,
            conversation_id=thread.id,
            details={"by": name, "client": client.short_name},
        )
        for staff_id, thread in threads.items()
    ]
    if notices:
        writer.publish(SendNoticesV1(items=tuple(notices)))
