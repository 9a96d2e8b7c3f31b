"""Small contracts that only these tests speak."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from clientcomm_bus import Item
from clientcomm_contracts.contract import Command, Event, Reply, Request


class Noted(Event):
    name: ClassVar[str] = "sms.probe.noted.v1"

    text: str


class Do(Command):
    name: ClassVar[str] = "sms.probe.do.v1"

    text: str


class Sum(Reply):
    total: int


class Add(Request[Sum]):
    name: ClassVar[str] = "sms.probe.add.v1"

    first: int
    second: int


class Page(Reply):
    text: str


class Read(Request[Page]):
    name: ClassVar[str] = "sms.probe.read.v1"

    length: int


class Unserved(Request[Sum]):
    """A request whose service has no queue of that pace."""

    name: ClassVar[str] = "nobody.probe.unserved.v1"


def noted(text: str, *, aggregate_id: UUID | None = None, sequence: int = 1) -> Noted:
    return Noted(
        aggregate_id=aggregate_id or uuid4(),
        sequence=sequence,
        occurred_at=datetime.now(UTC),
        text=text,
    )


def item(text: str, **changes: object) -> Item:
    fields: dict[str, object] = {
        "event_id": uuid4(),
        "name": Noted.name,
        "body": noted(text).write(),
    }
    return Item(**{**fields, **changes})  # type: ignore[arg-type]  # a test's shorthand


def text_of(arrived: Item) -> str:
    message = arrived.parse()
    assert isinstance(message, Noted)
    return message.text
