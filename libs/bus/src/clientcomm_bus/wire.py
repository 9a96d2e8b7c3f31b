"""Contracts as bytes: one AMQP message is a JSON array of items of one routing key (ADR 0002)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import orjson

from clientcomm_contracts.contract import Message, contract_named

PACK_ITEMS = 100
PACK_BYTES = 200_000
MALFORMED = "malformed"
_MALFORMED_IDS = UUID("6f1d3b52-6a0c-5c0e-9d52-0d6b6f8f7b11")


@dataclass(frozen=True, slots=True)
class Item:
    """One contract on the wire; `attempt` begins at 1, `body` is JSON."""

    event_id: UUID
    name: str
    body: bytes
    attempt: int = 1
    correlation_id: str | None = None
    traceparent: str | None = None

    def parse(self) -> Message:
        """The contract in this item. Raises Unparsable."""
        return contract_named(self.name).read(self.body)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Items of one routing key, to be published as one AMQP message."""

    exchange: str
    routing_key: str
    items: Sequence[Item]
    expiration_ms: int | None = None


def encode(items: Iterable[Item]) -> bytes:
    """The body of an AMQP message; the items' bodies are spliced in as they are."""
    return b"[" + b",".join(map(_encode_item, items)) + b"]"


def _encode_item(item: Item) -> bytes:
    return orjson.dumps(
        {
            "event_id": item.event_id,
            "name": item.name,
            "attempt": item.attempt,
            "correlation_id": item.correlation_id,
            "traceparent": item.traceparent,
            "body": orjson.Fragment(item.body),
        }
    )


def decode(body: bytes) -> list[Item]:
    """The items of an AMQP message; what is no item becomes one called `malformed`."""
    try:
        elements = orjson.loads(body)
    except orjson.JSONDecodeError:
        return [_malformed(body)]
    if not isinstance(elements, list):
        return [_malformed(body)]
    return [_decode_item(element) for element in elements]


def _decode_item(element: dict[str, object]) -> Item:
    try:
        return Item(
            UUID(element["event_id"]),  # type: ignore[arg-type]  # a wrong type raises below
            str(element["name"]),
            orjson.dumps(element["body"]),
            int(element["attempt"]),  # type: ignore[call-overload]  # same
            _text(element.get("correlation_id")),
            _text(element.get("traceparent")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return _malformed(orjson.dumps(element))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _malformed(body: bytes) -> Item:
    return Item(uuid5(_MALFORMED_IDS, body.hex()), MALFORMED, body)


def packs(
    exchange: str, routing_key: str, items: Sequence[Item]
) -> list[tuple[Outgoing, Sequence[int]]]:
    """Cut items of one routing key into packs of bounded size, each with the items' places."""
    result: list[tuple[Outgoing, Sequence[int]]] = []
    start, size = 0, 0
    for place, item in enumerate(items):
        length = len(item.body) + 300
        if place > start and (place - start >= PACK_ITEMS or size + length > PACK_BYTES):
            result.append(_pack(exchange, routing_key, items, range(start, place)))
            start, size = place, 0
        size += length
    if items:
        result.append(_pack(exchange, routing_key, items, range(start, len(items))))
    return result


def _pack(
    exchange: str, routing_key: str, items: Sequence[Item], places: range
) -> tuple[Outgoing, Sequence[int]]:
    return Outgoing(exchange, routing_key, items[places.start : places.stop]), places
