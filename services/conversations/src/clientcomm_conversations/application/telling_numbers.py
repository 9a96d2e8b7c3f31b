"""Other numbers of a client: written, marked in every thread, told to all who have the client."""

from uuid import UUID

from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import client_facts
from clientcomm_conversations.application.marking import mark, name_of
from clientcomm_conversations.application.tell_case_managers import tell_case_managers
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
    told = after.told_again()
    await writer.joining.save_numbers(told)
    await writer.save_client(told)
    writer.publish(client_facts.client_changed(told, now=writer.now()))
    threads = list(held.each())
    opted_out = await writer.opted_out_among([thread.id for thread in threads])
    name = await name_of(writer, by)
    for thread in threads:
        thread.is_opted_out = thread.id in opted_out
        if details:
            kind = MarkerKind.NUMBER_CHANGED
            mark(writer, thread, kind, by=by, by_name=name, details=details)
    await writer.save(threads)
    if details:
        notice = NoticeKind.NUMBER_CHANGED
        tell_case_managers(writer, held, told, notice, by=by, by_name=name or "")
