"""Phones call us: the thread gets a marker (rule 3.15)."""

from collections.abc import Sequence

from clientcomm_contracts.sms import CallReceivedV1
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.arrived_rows import Heard
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.routing import route


async def mark_calls(writer: Writer, events: Sequence[CallReceivedV1]) -> None:
    """A marker where a text from that phone would be filed; a stranger's call opens no thread."""
    calls = {
        event.aggregate_id: Heard(event.department_id, event.number_from, event.occurred_at)
        for event in events
    }
    holdings = await writer.holdings(list(calls.values()))
    strangers = await writer.existing_threads_of_senders([one.texted for one in calls.values()])
    places = {}
    for call_id, heard in calls.items():
        way = route(heard.department_id, holdings.get(heard, ()), received_at=heard.at)
        places[call_id] = way.conversation_id or strangers.get(heard.texted)
    held = await writer.lock(place for place in places.values() if place is not None)
    for event in events:
        place = places[event.aggregate_id]
        thread = held.get(place) if place is not None else None
        if thread is None:
            continue
        marker = thread.mark(
            MarkerKind.CALL_RECEIVED,
            marker_id=writer.new_id(),
            at=event.occurred_at,
            by_staff_id=None,
            details={"number": event.number_from, "rang": event.rang},
        )
        writer.publish(facts.marker_added(thread, marker), cause=event)
    await writer.save([thread for thread in held.each() if thread.markers])
