"""A phone opted out of a department, or in again: sms decided, the ledger is here (rule 3.7)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.sms import OptOutRecordedV1
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.arrived_rows import Texted
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.thread import Thread


async def record_opt_outs(writer: Writer, events: Sequence[OptOutRecordedV1]) -> None:
    """Ledger, present state, and a marker in the thread of every client of that number.

    Threads are locked first, as everywhere, then what is known of their numbers.
    """
    ordered = sorted(events, key=lambda event: (event.aggregate_id, event.sequence))
    concerned = await writer.threads_with_numbers(
        [Texted(event.department_id, event.number) for event in ordered]
    )
    held = await writer.lock({id_ for ids in concerned.values() for id_ in ids})
    by = {event.by_staff_id for event in ordered if event.by_staff_id is not None}
    names = await writer.staff_names(sorted(by))
    for event in ordered:
        if await writer.set_opt_out(event):
            for thread_id in concerned.get(Texted(event.department_id, event.number), ()):
                _mark(writer, held.threads[thread_id], event, names)
    opted_out = await writer.opted_out_among([thread.id for thread in held.each()])
    for thread in held.each():
        thread.is_opted_out = thread.id in opted_out
    await writer.save(list(held.each()))


def _mark(
    writer: Writer, thread: Thread, event: OptOutRecordedV1, names: Mapping[UUID, str]
) -> None:
    marker = thread.mark(
        MarkerKind.OPTED_OUT if event.is_opted_out else MarkerKind.OPTED_IN,
        marker_id=writer.new_id(),
        at=event.occurred_at,
        by_staff_id=event.by_staff_id,
        details={"number": event.number, "how": event.how},
    )
    changed = facts.opt_out_changed(
        thread,
        number=event.number,
        is_opted_out=event.is_opted_out,
        how=event.how,
        at=event.occurred_at,
    )
    by = names.get(event.by_staff_id) if event.by_staff_id else None
    writer.publish(changed, cause=event)
    writer.publish(facts.marker_added(thread, marker, by_staff_name=by), cause=event)
