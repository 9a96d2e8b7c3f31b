"""Outbox rows: written with the change that they tell of, published by the relay."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from clientcomm_chassis.ids import new_id
from clientcomm_chassis.traces import continued
from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.correlation import correlation_id, traceparent
from clientcomm_contracts.topology import COMMANDS, EVENTS

CHANNEL = "outbox"


class OutboxRow(NamedTuple):
    """A row as the relay reads it."""

    position: int
    event_id: UUID
    exchange: str
    name: str
    routing_key: str | None
    body: str
    correlation_id: str | None
    traceparent: str | None


class Entry(NamedTuple):
    """A row as it is written."""

    event_id: UUID
    exchange: str
    name: str
    routing_key: str | None
    body: str
    correlation_id: str | None
    traceparent: str | None


PublishRows = Callable[[Sequence[OutboxRow]], Awaitable[Sequence[bool]]]

WRITE = """
    INSERT INTO outbox
        (event_id, exchange, name, routing_key, body, correlation_id, traceparent)
    SELECT * FROM unnest(
        CAST(:event_ids AS uuid[]), CAST(:exchanges AS text[]), CAST(:names AS text[]),
        CAST(:routing_keys AS text[]), CAST(:bodies AS text[]),
        CAST(:correlation_ids AS text[]), CAST(:traceparents AS text[]))
"""
_COLUMNS = (
    "event_ids",
    "exchanges",
    "names",
    "routing_keys",
    "bodies",
    "correlation_ids",
    "traceparents",
)


def entry_for(
    contract: Event | Command,
    event_id: UUID | None,
    cause: tuple[str | None, str | None] | None,
) -> Entry:
    """The row for a contract, serialised now; `cause` is a correlation id and a trace."""
    correlation, trace = cause or (correlation_id(), traceparent())
    return Entry(
        event_id or _id_of(contract),
        EVENTS if isinstance(contract, Event) else COMMANDS,
        contract.name,
        None,
        contract.write().decode(),
        correlation,
        continued(trace),
    )


def _id_of(contract: Event | Command) -> UUID:
    """An event that is published again has the id that it had; a command is new each time."""
    if isinstance(contract, Event):
        return uuid5(contract.aggregate_id, f"{contract.name}:{contract.sequence}")
    return new_id()


def columns_of(entries: Sequence[Entry]) -> dict[str, list[object]]:
    """The parameters of `WRITE`: all rows in one statement."""
    columns = zip(*entries, strict=True)
    return {name: list(column) for name, column in zip(_COLUMNS, columns, strict=False)}
