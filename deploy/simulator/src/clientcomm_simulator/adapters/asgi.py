"""Requests and responses without a framework, for the calls that have to be cheap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_FORM = 256 * 1024
_NO_CONTENT = 204
_JSON = (b"content-type", b"application/json;charset=utf-8")


class TooLargeError(Exception):
    """The body is over the limit and was not read."""


class Form:
    """Parameters of a form or a query; the last value of a name counts."""

    def __init__(self, encoded: str) -> None:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict")
        self._last = dict(pairs)
        self._pairs = pairs

    def get(self, name: str, default: str = "") -> str:
        return self._last.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self._last

    def all(self, name: str) -> tuple[str, ...]:
        if name not in self._last:
            return ()
        return tuple(value for key, value in self._pairs if key == name)

    def items(self) -> Mapping[str, str]:
        return self._last


@dataclass(slots=True)
class Call:
    """One request; `sids` are the identifiers in its path, from left to right."""

    query: Form
    form: Form
    sids: list[str]


@dataclass(frozen=True, slots=True)
class Reply:
    """One response; `aborts` closes the connection without a byte of it."""

    status: int
    body: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [_JSON])
    aborts: bool = False


ABORT = Reply(0, aborts=True)

Handler = Callable[[Call], Awaitable[Reply]]
Routes = Mapping[tuple[str, str], Handler]
"""By method and the shape of the path, in which a star stands for an identifier."""


def json_reply(content: object, status: int = 200) -> Reply:
    return Reply(status, orjson.dumps(content))


async def read_body(receive: Receive, headers: list[tuple[bytes, bytes]], limit: int) -> bytes:
    """The whole body; raises TooLargeError before reading what is announced as too large."""
    for name, value in headers:
        if name == b"content-length" and (not value.isdigit() or int(value) > limit):
            raise TooLargeError
    body = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return body
        part: bytes = event.get("body", b"")
        body += part
        if len(body) > limit:
            raise TooLargeError
        if not event.get("more_body", False):
            return body


async def respond(scope: Scope, send: Send, reply: Reply) -> None:
    if reply.aborts:
        scope["extensions"]["clientcomm.abort"]()
        return
    headers = reply.headers
    if reply.status != _NO_CONTENT:
        headers = [*headers, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
