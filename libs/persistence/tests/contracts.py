"""Small contracts that only these tests speak."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from clientcomm_bus import Item
from clientcomm_contracts.contract import Command, Event


class Kept(Event):
    name: ClassVar[str] = "sms.probe.kept.v1"

    text: str


class Ignored(Event):
    name: ClassVar[str] = "sms.probe.ignored.v1"


class Store(Command):
    name: ClassVar[str] = "sms.probe.store.v1"

    text: str


def kept(text: str, *, aggregate_id: UUID | None = None, sequence: int = 1) -> Kept:
    return Kept(
        aggregate_id=aggregate_id or uuid4(),
        sequence=sequence,
        occurred_at=datetime.now(UTC),
        text=text,
    )


def item_of(contract: Event | Command, *, correlation_id: str | None = None) -> Item:
    return Item(uuid4(), contract.name, contract.write(), correlation_id=correlation_id)
