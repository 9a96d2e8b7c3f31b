"""Tells open pages which phones have something new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson

_TOGETHER = 0.25
_HEARTBEAT = 15.0
_MOST_NAMED = 200


@dataclass(slots=True, eq=False)
class Listener:
    phones: dict[str, None] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Live:
    """Implements application.ports.Onlookers; costs nothing while no page is open."""

    listeners: set[Listener] = field(default_factory=set)
    is_closing: bool = False

    def notice(self, phone: str) -> None:
        for listener in self.listeners:
            if len(listener.phones) < _MOST_NAMED:
                listener.phones[phone] = None
            listener.woken.set()

    def close(self) -> None:
        self.is_closing = True
        for listener in self.listeners:
            listener.woken.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent events, each naming the phones that changed within a quarter second."""
        listener = Listener()
        self.listeners.add(listener)
        try:
            yield b"retry: 1000\n\n"
            while not self.is_closing:
                try:
                    async with asyncio.timeout(_HEARTBEAT):
                        await listener.woken.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                yield b"event: phones\ndata: " + orjson.dumps(list(listener.phones)) + b"\n\n"
                listener.phones.clear()
                listener.woken.clear()
                await asyncio.sleep(_TOGETHER)
        finally:
            self.listeners.discard(listener)
