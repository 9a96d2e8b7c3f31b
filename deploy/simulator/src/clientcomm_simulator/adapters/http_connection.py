"""One outgoing HTTP/1.1 connection, kept open from request to request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httptools

from clientcomm_simulator.domain.overrides import Failure


class RequestFailedError(Exception):
    """No whole answer came; `was_silent` says that not one byte of it did."""

    def __init__(self, failure: Failure, *, was_silent: bool = True) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.was_silent = was_silent


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """Carries one request at a time; the answer's body is cut off at `largest` bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[HttpReply] | None = None
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._largest = 0
        self._heard = False
        self.is_open = False
        self.served = 0
        self.timed_out = False

    async def exchange(self, request: bytes, *, seconds: float, largest: int) -> HttpReply:
        """Sends the request and waits for the whole answer; raises RequestFailedError."""
        if not self.is_open or self._transport is None:
            raise RequestFailedError(Failure.READ)
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._body, self._largest, self._heard = {}, bytearray(), largest, False
        self._waiter = self._loop.create_future()
        alarm = self._loop.call_later(seconds, self._expire)
        try:
            self._transport.write(request)
            return await self._waiter
        finally:
            alarm.cancel()
            self._waiter = None
            self.served += 1

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport) and not hasattr(transport, "write"):
            raise TypeError("a stream transport is needed")
        self._transport = transport  # type: ignore[assignment]  # uvloop's are no subclass
        self.is_open = True

    def connection_lost(self, _: Exception | None) -> None:
        self.is_open = False
        self._fail(Failure.READ)

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self._waiter is None:
            self.close()
            return
        self._heard = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(Failure.READ)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > self._largest:
            self._fail(Failure.READ)

    def on_message_complete(self) -> None:
        parser, waiter = self._parser, self._waiter
        if parser is None or waiter is None or waiter.done():
            return
        if not parser.should_keep_alive():
            self.close()
        waiter.set_result(HttpReply(parser.get_status_code(), self._headers, bytes(self._body)))

    def _expire(self) -> None:
        self.timed_out = True
        self._fail(Failure.READ)

    def _fail(self, failure: Failure) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(RequestFailedError(failure, was_silent=not self._heard))
        self.close()
