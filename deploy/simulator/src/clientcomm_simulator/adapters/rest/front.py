"""Authentication and routes of the carrier's API; raw ASGI, because it is called most."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ...application.ports import Clock
from ...domain.network import Network
from ...domain.refusals import Refusal
from ..asgi import (
    LARGEST_FORM,
    Call,
    Form,
    Receive,
    Reply,
    Scope,
    Send,
    TooLargeError,
    json_reply,
    read_body,
    respond,
)
from .calls import Calls
from .dates import rfc2822
from .errors import error_reply
from .lookups import Lookups
from .media import MediaResource
from .messages import Messages
from .numbers import IncomingNumbers
from .services import Services

PREFIXES = ("/2010-04-01/", "/v1/Services", "/v2/PhoneNumbers/")
_NO_FORM = Form("")


def credentials(pairs: Mapping[str, str]) -> frozenset[bytes]:
    """The Authorization headers that let somebody in."""
    return frozenset(
        b"Basic " + base64.b64encode(f"{name}:{secret}".encode()) for name, secret in pairs.items()
    )


@dataclass(frozen=True, slots=True)
class RestApi:
    """An ASGI application for the paths that begin with PREFIXES."""

    network: Network
    clock: Clock
    allowed: frozenset[bytes]
    messages: Messages
    media: MediaResource
    numbers: IncomingNumbers
    calls: Calls
    lookups: Lookups
    services: Services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self._answer(scope, receive)
        except Refusal as refusal:
            reply = error_reply(refusal)
        except TooLargeError:
            reply = Reply(413, b"", [(b"connection", b"close")])
        await respond(scope, send, reply)

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        headers = scope["headers"]
        if not any(name == b"authorization" and value in self.allowed for name, value in headers):
            raise Refusal(20003)
        method = scope["method"]
        path = scope["raw_path"].decode("ascii")
        if "%" in path:
            path = unquote(path)
        query = scope["query_string"]
        try:
            form = _NO_FORM
            if method == "POST":
                body = await read_body(receive, headers, LARGEST_FORM)
                form = Form(body.decode())
            call = Call(
                method, path[1:].split("/"), Form(query.decode()) if query else _NO_FORM, form
            )
        except ValueError as error:
            raise Refusal(20001, "body") from error
        if call.path[0] == "2010-04-01":
            return await self._classic(call)
        return self._newer(call)

    async def _classic(self, call: Call) -> Reply:
        path = call.path
        is_json = path[-1].endswith(".json")
        path[-1] = path[-1].removesuffix(".json")
        if len(path) < 3 or path[1] != "Accounts":  # noqa: PLR2004
            raise Refusal(20404, "/".join(path))
        if path[2] != self.network.account_sid:
            raise Refusal(20003)
        rest = path[3:]
        match rest[:1]:
            case ["Messages"]:
                return await self._message_routes(call, rest[1:], is_json=is_json)
            case ["IncomingPhoneNumbers"]:
                return self._number_routes(call, rest[1:])
            case ["Calls"]:
                return self._call_routes(call, rest[1:])
            case [] if call.method == "GET":
                return json_reply(self._account())
            case _:
                raise Refusal(20404, "/" + "/".join(path))

    async def _message_routes(self, call: Call, rest: list[str], *, is_json: bool) -> Reply:
        match (call.method, rest):
            case ("POST", []):
                return await self.messages.create(call)
            case ("GET", []):
                return await self.messages.list(call)
            case ("GET", [sid]):
                return await self.messages.fetch(sid)
            case ("POST", [sid]):
                return await self.messages.update(sid, call)
            case ("DELETE", [sid]):
                return self.messages.delete(sid)
            case ("POST", [sid, "Feedback"]):
                return self.messages.feedback(sid, call)
            case ("GET", [sid, "Media"]):
                return self.media.list(sid, call)
            case ("GET", [sid, "Media", media]) if is_json:
                return self.media.fetch(sid, media)
            case ("GET", [sid, "Media", media]):
                return await self.media.content(sid, media)
            case ("DELETE", [sid, "Media", media]):
                return self.media.delete(sid, media)
            case _:
                raise _unrouted(call)

    def _number_routes(self, call: Call, rest: list[str]) -> Reply:
        match (call.method, rest):
            case ("GET", []):
                return self.numbers.list(call)
            case ("POST", []):
                return self.numbers.create(call)
            case ("GET", [sid]):
                return self.numbers.fetch(sid)
            case ("POST", [sid]):
                return self.numbers.update(sid, call)
            case _:
                raise _unrouted(call)

    def _call_routes(self, call: Call, rest: list[str]) -> Reply:
        match (call.method, rest):
            case ("GET", []):
                return self.calls.list(call)
            case ("POST", []):
                return self.calls.create(call)
            case ("GET", [sid]):
                return self.calls.fetch(sid)
            case ("POST", [sid]):
                return self.calls.update(sid, call)
            case _:
                raise _unrouted(call)

    def _newer(self, call: Call) -> Reply:
        match (call.method, call.path):
            case ("GET", ["v2", "PhoneNumbers", number]):
                return self.lookups.fetch(number, call)
            case ("GET", ["v1", "Services"]):
                return self.services.list(call)
            case ("POST", ["v1", "Services"]):
                return self.services.create(call)
            case ("GET", ["v1", "Services", sid]):
                return self.services.fetch(sid)
            case ("POST", ["v1", "Services", sid]):
                return self.services.update(sid, call)
            case ("DELETE", ["v1", "Services", sid]):
                return self.services.delete(sid)
            case (_, ["v1", "Services", sid, "PhoneNumbers", *rest]):
                return self._pool_routes(call, sid, rest)
            case _:
                raise _unrouted(call)

    def _pool_routes(self, call: Call, sid: str, rest: list[str]) -> Reply:
        match (call.method, rest):
            case ("GET", []):
                return self.services.list_numbers(sid, call)
            case ("POST", []):
                return self.services.add_number(sid, call)
            case ("GET", [number]):
                return self.services.fetch_number(sid, number)
            case ("DELETE", [number]):
                return self.services.remove_number(sid, number)
            case _:
                raise _unrouted(call)

    def _account(self) -> dict[str, object]:
        account = self.network.account_sid
        started = rfc2822(self.network.senders.started_at)
        return {
            "sid": account,
            "friendly_name": "Simulated carrier",
            "status": "active",
            "type": "Full",
            "owner_account_sid": account,
            "date_created": started,
            "date_updated": started,
            "uri": f"/2010-04-01/Accounts/{account}.json",
            "subresource_uris": {"messages": f"/2010-04-01/Accounts/{account}/Messages.json"},
        }


def _unrouted(call: Call) -> Refusal:
    if call.method not in {"GET", "POST", "DELETE"}:
        return Refusal(20004)
    return Refusal(20404, "/" + "/".join(call.path))
