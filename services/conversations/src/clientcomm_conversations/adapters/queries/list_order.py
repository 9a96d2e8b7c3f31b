"""The orders of the list (rule 2.13), and where a page ended in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    cast,
    literal,
    select,
    tuple_,
)
from sqlalchemy import literal_column as verbatim
from sqlalchemy.types import TypeEngine

from clientcomm_contracts.conversations.reading import ConversationSort, ListConversations
from clientcomm_conversations.adapters.queries.cursors import (
    Value,
    instant_of,
    invalid_cursor,
    micros,
    read_cursor,
    write_cursor,
)
from clientcomm_conversations.adapters.tables.conversations import (
    APPOINTMENT_OR_FIRST,
    APPOINTMENT_OR_LAST,
    LAST_CONTACT_OR_NEVER,
    conversation_summary,
)

_summary = conversation_summary.c
_INSTANT = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order: how it sorts, and how a cursor keeps its value."""

    column: str
    expression: ColumnElement[Any]
    kind: TypeEngine[Any]
    if_none: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The columns of a sort, all in one direction; the row's id comes last and decides ties."""

    name: str
    keys: tuple[Key, ...]
    is_descending: bool

    def columns(self, of: Callable[[Key], ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """What to order by, where `of` finds each key's column."""
        found = [of(key) for key in self.keys]
        return [column.desc() if self.is_descending else column.asc() for column in found]

    def after(self, cursor: str, *, anchored: ColumnElement[bool]) -> ColumnElement[bool]:
        """True of rows behind the cursor. A name is looked up by its row, among `anchored`."""
        *values, row_id = read_cursor(self.name, cursor, length=len(self.keys))
        anchor = _uuid(row_id)
        bounds = [
            self._bound(key, value, anchor, anchored)
            for key, value in zip(self.keys[:-1], values, strict=True)
        ]
        here = tuple_(*(key.expression for key in self.keys))
        there = tuple_(*bounds, literal(anchor, Uuid()))
        return here < there if self.is_descending else here > there

    def cursor(self, row: Mapping[Any, Any]) -> str:
        """The cursor of a page that ends with this row."""
        return write_cursor(self.name, [_kept(key, row[key.column]) for key in self.keys])

    def _bound(
        self, key: Key, value: Value, anchor: UUID, anchored: ColumnElement[bool]
    ) -> ColumnElement[Any]:
        if isinstance(key.kind, Text):
            found = select(key.expression).where(_summary.conversation_id == anchor, anchored)
            return found.scalar_subquery().correlate(None)
        if isinstance(key.kind, DateTime):
            at = key.if_none if value is None else instant_of(value).isoformat()
            return cast(literal(at, Text()), _INSTANT)
        if isinstance(value, int):
            return literal(bool(value) if isinstance(key.kind, Boolean) else value, key.kind)
        raise invalid_cursor()


def order_of(request: ListConversations) -> Order:
    """The order that a request asks for; the default one has one direction only."""
    sort = request.sort
    descending = request.descending or sort is ConversationSort.DEFAULT
    keys = _ORDERS[sort]
    if sort is ConversationSort.NEXT_APPOINTMENT and descending:
        keys = (_LAST_APPOINTMENT_FIRST,)
    name = f"{sort.value}.{'down' if descending else 'up'}"
    return Order(name, (*keys, _ID), descending)


def _kept(key: Key, value: Any) -> Value:
    if isinstance(key.kind, Text):
        return None
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, UUID):
        return str(value)
    kept: Value = value
    return kept


def _uuid(value: Value) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise invalid_cursor() from None


_ID = Key("conversation_id", _summary.conversation_id, Uuid())
_CONTACT = Key("last_contact_at", verbatim(LAST_CONTACT_OR_NEVER, _INSTANT), _INSTANT, "-infinity")
_APPOINTMENT = Key(
    "next_appointment_at", verbatim(APPOINTMENT_OR_LAST, _INSTANT), _INSTANT, "infinity"
)
_LAST_APPOINTMENT_FIRST = Key(
    "next_appointment_at", verbatim(APPOINTMENT_OR_FIRST, _INSTANT), _INSTANT, "-infinity"
)
_ORDERS: Mapping[ConversationSort, Sequence[Key]] = MappingProxyType(
    {
        ConversationSort.DEFAULT: (
            Key("is_unread", _summary.is_unread, Boolean()),
            _CONTACT,
        ),
        ConversationSort.NAME: (Key("sort_name", _summary.sort_name, Text()),),
        ConversationSort.UNREAD: (
            Key("unread_count", _summary.unread_count, Integer()),
            _CONTACT,
        ),
        ConversationSort.LAST_CONTACT: (_CONTACT,),
        ConversationSort.NEXT_APPOINTMENT: (_APPOINTMENT,),
        ConversationSort.SCHEDULED: (Key("scheduled_count", _summary.scheduled_count, Integer()),),
        ConversationSort.STATUS: (
            Key("status_order", _summary.status_order, Integer()),
            Key("sort_name", _summary.sort_name, Text()),
        ),
        ConversationSort.DELIVERY_PROBLEM: (
            Key("has_delivery_problem", _summary.has_delivery_problem, Boolean()),
            _CONTACT,
        ),
    }
)
