"""Phones text us: every text is filed in a thread, or kept in quarantine (rules 2.6, 2.7)."""

from collections.abc import Sequence

from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_conversations.application.arriving import arrive
from clientcomm_conversations.application.heard_late import heard_late
from clientcomm_conversations.application.keep_in_quarantine import keep_in_quarantine
from clientcomm_conversations.application.writing import Writer


async def receive_texts(writer: Writer, events: Sequence[TextReceivedV1]) -> None:
    """File a batch of inbound texts, oldest first; none is ever dropped.

    What reaches a closed department waits in quarantine: there is nobody else who would see it.
    """
    known = await writer.known_inbound([event.aggregate_id for event in events])
    fresh = [event for event in events if event.aggregate_id not in known]
    fresh.sort(key=lambda event: (event.received_at, event.aggregate_id))
    fresh = await _owned(writer, fresh)
    texted = {event.department_id for event in fresh if event.department_id is not None}
    closed = await writer.quarantine.closed_among(texted)
    nobodys = [e for e in fresh if e.department_id is None or e.department_id in closed]
    await keep_in_quarantine(writer, nobodys)
    kept = {event.aggregate_id for event in nobodys}
    await arrive(writer, [event for event in fresh if event.aggregate_id not in kept])


async def _owned(writer: Writer, events: Sequence[TextReceivedV1]) -> list[TextReceivedV1]:
    """With the department where sms had not heard yet whose number was texted."""
    unowned = {event.number_to for event in events if event.department_id is None}
    owners = await writer.quarantine.departments_of(unowned)
    return [
        await heard_late(writer, event, owners[event.number_to])
        if event.department_id is None and event.number_to in owners
        else event
        for event in events
    ]
