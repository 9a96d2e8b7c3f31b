"""Phones call us: the thread gets a marker (rule 3.15)."""

from collections.abc import Sequence

from clientcomm_contracts.sms import CallReceivedV1
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.arrived_rows import Heard, Texted
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.routing import route


async def mark_calls(writer: Writer, events: Sequence[CallReceivedV1]) -> None:
    """A marker where a text from that phone would be filed; a stranger's call opens no thread."""
    pairs = [Texted(event.department_id, event.number_from) for event in events]
    heard = [Heard(*pair, event.occurred_at) for event, pair in zip(events, pairs, strict=True)]
    holdings = await writer.holdings(heard)
    strangers = await writer.existing_threads_of_senders(pairs)
    places = {}
    for event, pair, one in zip(events, pairs, heard, strict=True):
        way = route(event.department_id, holdings.get(one, ()), received_at=event.occurred_at)
        places[event.aggregate_id] = way.conversation_id or strangers.get(pair)
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
