"""Outbox rows onto the bus: rows of one routing key travel together."""

from collections.abc import Sequence

from clientcomm_bus.publisher import Publisher
from clientcomm_bus.wire import Item, Outgoing, packs
from clientcomm_persistence.outbox import OutboxRow, PublishRows


def publishing_through(publisher: Publisher) -> PublishRows:
    """What a Relay hands its rows to."""

    async def publish(rows: Sequence[OutboxRow]) -> Sequence[bool]:
        outgoing, places = _packed(rows)
        results = [False] * len(rows)
        confirmations = await publisher.publish(outgoing)
        for pack_places, is_confirmed in zip(places, confirmations, strict=True):
            for place in pack_places:
                results[place] = is_confirmed
        return results

    return publish


def _packed(rows: Sequence[OutboxRow]) -> tuple[list[Outgoing], list[list[int]]]:
    """The packs, and for each the places of its rows."""
    groups: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault((row.exchange, row.routing_key or row.name), []).append(place)
    outgoing: list[Outgoing] = []
    places: list[list[int]] = []
    for (exchange, routing_key), members in groups.items():
        items = [_item(rows[place]) for place in members]
        for pack, span in packs(exchange, routing_key, items):
            outgoing.append(pack)
            places.append([members[index] for index in span])
    return outgoing, places


def _item(row: OutboxRow) -> Item:
    return Item(
        row.event_id,
        row.name,
        row.body.encode(),
        correlation_id=row.correlation_id,
        traceparent=row.traceparent,
    )
