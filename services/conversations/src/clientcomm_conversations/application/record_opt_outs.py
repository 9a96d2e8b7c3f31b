"""A phone opted out of a department, or in again: sms decided, the ledger is here (rule 3.7)."""

from collections.abc import Sequence

from clientcomm_contracts.sms import OptOutRecordedV1
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.writing import Writer


async def record_opt_outs(writer: Writer, events: Sequence[OptOutRecordedV1]) -> None:
    """Ledger, present state, and a marker in the thread of every client of that number."""
    for event in sorted(events, key=lambda e: (e.aggregate_id, e.sequence)):
        await _record(writer, event)


async def _record(writer: Writer, event: OptOutRecordedV1) -> None:
    is_news = await writer.set_opt_out(event)
    if not is_news:
        return
    concerned = await writer.threads_with_number(event.department_id, event.number)
    held = await writer.lock(concerned)
    names = await writer.staff_names([event.by_staff_id] if event.by_staff_id else [])
    opted_out = await writer.opted_out_among(concerned)
    for thread in held.each():
        thread.is_opted_out = thread.id in opted_out
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
        writer.publish(changed, cause=event)
        by = names.get(event.by_staff_id) if event.by_staff_id else None
        writer.publish(facts.marker_added(thread, marker, by_staff_name=by), cause=event)
    await writer.save(list(held.each()))
