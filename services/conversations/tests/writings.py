"""Drives the writing side as the bus does, and looks at what went out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from sqlalchemy import text

from clientcomm_bus.wire import Item
from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Event, Message, Request, contract_named
from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.sms import (
    InboundMedia,
    OptOutRecordedV1,
    TextReceivedV1,
    TextReport,
    TextsReportedV1,
)
from clientcomm_contracts.values import MessageState, TextTag
from clientcomm_conversations.adapters import commands, from_scheduler, from_sms
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.wiring import request_handlers
from clientcomm_persistence import InboxProcessor

M = TypeVar("M", bound=Message)
_keys = count(1)


def a_key(key: str | None = None, body: str = "") -> RepeatKey:
    """A repeat key; without a name a new one."""
    return RepeatKey(key=key or f"key-{next(_keys)}", body_hash=f"{abs(hash(body)):064d}"[:64])


@dataclass(slots=True)
class Writing:
    """The writing side on a scene's database."""

    scene: Scene
    writers: Writers = field(init=False)
    _answers: Mapping[type[Request[Any]], Answer] = field(init=False)

    def __post_init__(self) -> None:
        self.writers = Writers(self.scene.clock, new_id)
        self._answers = request_handlers(self.scene.database, self.writers)

    async def order(self, request: Request[Any]) -> Any:
        """What the gateway's request is answered."""
        return await self._answers[type(request)](request)

    async def send(
        self, asker: Asker, thread: Thread, body: str = "See you at nine.", **more: Any
    ) -> Any:
        """A person's text."""
        key = more.pop("repeat_key", None) or a_key()
        request = SendMessage(
            asker=asker, repeat_key=key, conversation_id=thread.id, body=body, **more
        )
        return (await self.order(request)).message

    async def deliver(self, *messages: Message) -> None:
        """A batch off the bus, as its consumer hands it over."""
        for source in (from_sms, from_scheduler, commands):
            handlers = source.handlers(self.writers)
            mine = [m for m in messages if type(m) in handlers]
            if mine:
                process = InboxProcessor(
                    self.scene.database, consumer=source.CONSUMER, handlers=handlers
                )
                await process([_item(m) for m in mine])

    async def rows(self, query: str, **parameters: Any) -> Sequence[Any]:
        """What the tables hold."""
        async with self.scene.database.transaction() as tx:
            return (await tx.execute(text(query), parameters)).all()

    async def row(self, query: str, **parameters: Any) -> Any:
        """The one row that the tables hold."""
        (row,) = await self.rows(query, **parameters)
        return row

    async def told(self, kind: type[M]) -> list[M]:
        """What lies in the outbox of this kind, oldest first."""
        rows = await self.rows(
            "select body from outbox where name = :name order by position", name=kind.name
        )
        return [kind.read(row.body) for row in rows]

    async def facts_of(self, thread_id: UUID) -> list[Event]:
        """All events about one conversation, in the order in which they were told."""
        rows = await self.rows("select name, body from outbox order by position")
        told = [contract_named(row.name).read(row.body) for row in rows]
        return [e for e in told if isinstance(e, Event) and e.aggregate_id == thread_id]

    async def sequences(self, thread_id: UUID) -> list[int]:
        """Sequences of all events about one conversation."""
        return [event.sequence for event in await self.facts_of(thread_id)]

    async def summary(self, thread_id: UUID) -> Any:
        """The conversation's row in the list."""
        return await self.row(
            "select * from conversation_summary where conversation_id = :id", id=thread_id
        )


def _item(message: Message) -> Item:
    body = orjson.loads(message.write())
    if isinstance(message, Event):
        key = f"{message.name}/{message.aggregate_id}/{message.sequence}"
        return Item(uuid5(message.aggregate_id, key), message.name, orjson.dumps(body))
    return Item(new_id(), message.name, orjson.dumps(body))


NOBODYS = {"department_id": None, "number_to": "+12125550999"}
"""What makes a text one to a number that no department has."""


def a_text(
    place: Place,
    sender: str,
    body: str = "hello",
    *,
    at: datetime = NOON,
    tag: TextTag | None = None,
    is_opted_out: bool = False,
    media: tuple[InboundMedia, ...] = (),
    text_id: UUID | None = None,
) -> TextReceivedV1:
    """A phone texts the department."""
    text_id = text_id or new_id()
    return TextReceivedV1(
        aggregate_id=text_id,
        sequence=1,
        occurred_at=at,
        department_id=place.id,
        number_from=sender,
        number_to=place.number,
        body=body,
        received_at=at,
        tag=tag,
        is_opted_out=is_opted_out,
        media=media,
        carrier_id="SM" + text_id.hex,
    )


def a_report(
    message_id: UUID,
    thread: Thread,
    state: MessageState,
    version: int,
    *,
    at: datetime = NOON + timedelta(seconds=2),
    error_code: str | None = None,
) -> TextReport:
    """sms says where a text is."""
    return TextReport(
        message_id=message_id,
        conversation_id=thread.id,
        department_id=thread.department.id,
        version=version,
        state=state,
        at=at,
        error_code=error_code,
    )


def reported(*reports: TextReport) -> TextsReportedV1:
    """The event that carries these reports."""
    return TextsReportedV1(
        aggregate_id=new_id(), sequence=1, occurred_at=NOON, items=tuple(reports)
    )


def an_opt_out(
    place: Place, number: str, *, is_opted_out: bool = True, sequence: int = 1, how: str = "stop"
) -> OptOutRecordedV1:
    """The block list of sms changed."""
    return OptOutRecordedV1(
        aggregate_id=uuid5(place.id, number),
        sequence=sequence,
        occurred_at=NOON + timedelta(seconds=sequence),
        department_id=place.id,
        number=number,
        is_opted_out=is_opted_out,
        how=how,
    )
