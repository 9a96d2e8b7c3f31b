"""Finds, or opens, the conversation of each inbound text (rules 2.6, 2.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_conversations.application.arrived_rows import Heard, Texted
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.routing import Filing, Route, route


@dataclass(frozen=True, slots=True)
class Filed:
    """An inbound text with the conversation that it belongs to."""

    event: TextReceivedV1
    conversation_id: UUID
    filing: Filing
    is_new: bool


async def file_texts(writer: Writer, events: Sequence[TextReceivedV1]) -> Sequence[Filed]:
    """The conversation of each text; unknown senders get one of their own."""
    if not events:
        return ()
    routes = await _routes(writer, events)
    if unknown := _unknown(events, routes):
        # Who makes one of them a client just now has done it before we look again, or waits for us.
        for sender in sorted({event.number_from for event in unknown}):
            await writer.take_turn_with(sender)
        routes |= await _routes(writer, unknown)
    unknown = _unknown(events, routes)
    threads = await writer.threads_of_senders(
        dict.fromkeys(_heard(event).texted for event in unknown)
    )
    filed = [_filed(event, routes[event.aggregate_id], threads) for event in events]
    return _new_once(filed)


async def _routes(writer: Writer, events: Sequence[TextReceivedV1]) -> dict[UUID, Route]:
    holdings = await writer.holdings(list(dict.fromkeys(map(_heard, events))))
    return {
        event.aggregate_id: route(
            event.department_id,
            holdings.get(_heard(event), ()),
            received_at=event.received_at,
        )
        for event in events
    }


def _unknown(
    events: Sequence[TextReceivedV1], routes: Mapping[UUID, Route]
) -> list[TextReceivedV1]:
    return [event for event in events if routes[event.aggregate_id].conversation_id is None]


def _new_once(filed: Sequence[Filed]) -> Sequence[Filed]:
    """Of several texts in a batch that opened a conversation, the first did."""
    opened: set[UUID] = set()
    result = []
    for item in filed:
        is_first = item.is_new and item.conversation_id not in opened
        opened.add(item.conversation_id)
        result.append(replace(item, is_new=is_first))
    return result


def _filed(event: TextReceivedV1, way: Route, threads: Mapping[Texted, tuple[UUID, bool]]) -> Filed:
    if way.conversation_id is not None:
        return Filed(event, way.conversation_id, way.filing, is_new=False)
    conversation_id, is_new = threads[_heard(event).texted]
    return Filed(event, conversation_id, way.filing, is_new=is_new)


def _heard(event: TextReceivedV1) -> Heard:
    assert event.department_id is not None
    return Heard(event.department_id, event.number_from, event.received_at)
