"""All messages in memory, found by sid, by recipient and by sender, newest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from sys import intern

from .messages import Message

_NONE: list[Message] = []


@dataclass(frozen=True, slots=True)
class Filter:
    """Between whom the messages of a list are."""

    to: str | None = None
    sender: str | None = None


@dataclass(slots=True)
class MessageBook:
    """Messages in the order of acceptance; beyond `keep`, the oldest final ones are let go."""

    keep: int = 100_000
    in_order: list[Message] = field(default_factory=list)
    by_sid: dict[str, Message] = field(default_factory=dict)
    by_recipient: dict[str, list[Message]] = field(default_factory=dict)
    by_sender: dict[str, list[Message]] = field(default_factory=dict)
    phones: dict[str, None] = field(default_factory=dict)
    next_ordinal: int = 1
    most: int = 0

    def add(self, message: Message) -> None:
        message.to = intern(message.to)
        message.sender = None if message.sender is None else intern(message.sender)
        self._index(message)
        self.next_ordinal = message.ordinal + 1
        if len(self.in_order) > max(self.most, self.keep + self.keep // 4):
            self._let_go()

    def name_sender(self, message: Message, sender: str) -> None:
        """The number that a messaging service chose; keeps the order within the index."""
        message.sender = sender
        column = self.by_sender.setdefault(sender, [])
        column.insert(_position(column, message.ordinal), message)

    def get(self, sid: str) -> Message | None:
        """The message, unless it was deleted or let go."""
        message = self.by_sid.get(sid)
        return None if message is None or message.is_deleted else message

    def column(self, wanted: Filter) -> list[Message]:
        """The shortest index that holds everything wanted, oldest first."""
        columns = [self.in_order]
        if wanted.to is not None:
            columns.append(self.by_recipient.get(wanted.to, _NONE))
        if wanted.sender is not None:
            columns.append(self.by_sender.get(wanted.sender, _NONE))
        return min(columns, key=len)

    def newest_first(
        self, wanted: Filter, *, below: int | None, fits: Callable[[Message], bool]
    ) -> Iterator[Message]:
        """Matching messages from the one before ordinal `below` backwards."""
        column = self.column(wanted)
        start = len(column) if below is None else _position(column, below)
        for index in range(start - 1, -1, -1):
            if fits(column[index]):
                yield column[index]

    def oldest_first(
        self, wanted: Filter, *, above: int, fits: Callable[[Message], bool]
    ) -> Iterator[Message]:
        """Matching messages from the one after ordinal `above` forwards."""
        column = self.column(wanted)
        for index in range(_position(column, above + 1), len(column)):
            if fits(column[index]):
                yield column[index]

    def _index(self, message: Message) -> None:
        self.in_order.append(message)
        self.by_sid[message.sid] = message
        _append(self.by_recipient, message.to, message)
        if message.sender is not None:
            _append(self.by_sender, message.sender, message)
        phone = message.phone
        self.phones.pop(phone, None)
        self.phones[phone] = None

    def _let_go(self) -> None:
        surplus = len(self.in_order) - self.keep
        kept = [m for i, m in enumerate(self.in_order) if i >= surplus or not m.is_final]
        self.in_order, self.by_sid, self.by_recipient, self.by_sender = [], {}, {}, {}
        self.phones = {}
        for message in kept:
            self._index(message)
        self.most = len(kept) + len(kept) // 4


def _append(index: dict[str, list[Message]], key: str, message: Message) -> None:
    column = index.get(key)
    if column is None:
        index[key] = [message]
    else:
        column.append(message)


def _position(column: list[Message], ordinal: int) -> int:
    return bisect_left(column, ordinal, key=lambda message: message.ordinal)
