"""One open stream of one browser, and the server-sent events in it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.sessions import Session

BEAT = 15.0
_MOST = 200
_RECONNECT_MS = 2000


@dataclass(slots=True, eq=False)
class Stream:
    """What waits to be sent to one browser; None ends it."""

    session: Session
    account: Account
    csrf_token: str
    language: str
    _waiting: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=_MOST)
    )

    @property
    def staff_id(self) -> UUID:
        """Whose stream it is."""
        return self.account.staff_id

    def send(self, event: str, content: dict[str, object]) -> None:
        """Queue an event; a browser that does not keep up is told to fetch everything."""
        try:
            self._waiting.put_nowait(_encoded(event, content))
        except asyncio.QueueFull:
            self._empty()
            self._waiting.put_nowait(_encoded("refresh", {}))

    def close(self) -> None:
        """End the stream; the browser comes back by itself."""
        if self._waiting.full():
            self._empty()
        self._waiting.put_nowait(None)

    async def events(self, first: bytes) -> AsyncIterator[bytes]:
        """The bytes of the stream, with a comment every 15 s so that nobody thinks it dead."""
        yield f"retry: {_RECONNECT_MS}\n\n".encode() + first
        while True:
            try:
                async with asyncio.timeout(BEAT):
                    waiting = await self._waiting.get()
            except TimeoutError:
                yield b": beat\n\n"
                continue
            if waiting is None:
                return
            yield waiting

    def _empty(self) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()


def hello(unread_conversations: int) -> bytes:
    """The first event."""
    return _encoded("hello", {"unread_conversations": unread_conversations})


def _encoded(event: str, content: dict[str, object]) -> bytes:
    return b"event: " + event.encode() + b"\ndata: " + orjson.dumps(content) + b"\n\n"


class ShownTo:
    """Who was shown which conversations, so that they learn when one is no longer theirs."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._staff: OrderedDict[UUID, set[UUID]] = OrderedDict()

    def add(self, staff_id: UUID, conversation_ids: Iterable[UUID]) -> None:
        """These were shown to this person."""
        for conversation_id in conversation_ids:
            self._staff.setdefault(conversation_id, set()).add(staff_id)
            self._staff.move_to_end(conversation_id)
        while len(self._staff) > self._most:
            self._staff.popitem(last=False)

    def take(self, conversation_id: UUID, staff_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these people to whom it was shown; they are forgotten."""
        known = self._staff.get(conversation_id, set())
        gone = known & set(staff_ids)
        known -= gone
        return gone
