"""Authentication and routes of the carrier's API; raw ASGI, because it is called most."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from clientcomm_simulator.adapters.asgi import (
    LARGEST_FORM,
    Call,
    Form,
    Handler,
    Receive,
    Reply,
    Routes,
    Scope,
    Send,
    TooLargeError,
    json_reply,
    read_body,
    respond,
)
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal

from .dates import rfc2822
from .errors import error_reply

PREFIXES = ("/2010-04-01/", "/v1/Services", "/v2/PhoneNumbers/")
_CLASSIC_ROOT = 3  # 2010-04-01 / Accounts / AC…
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
    allowed: frozenset[bytes]
    routes: Routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self._answer(scope, receive)
        except Refusal as refusal:
            reply = error_reply(refusal)
        except TooLargeError:
            reply = Reply(413, b"", [(b"connection", b"close")])
        await respond(scope, send, reply)

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        headers, query = scope["headers"], scope["query_string"]
        if not any(name == b"authorization" and value in self.allowed for name, value in headers):
            raise Refusal(20003)
        handler, sids = self._route(scope["method"], scope["path"])
        try:
            form = _NO_FORM
            if scope["method"] == "POST":
                form = Form((await read_body(receive, headers, LARGEST_FORM)).decode())
            call = Call(Form(query.decode()) if query else _NO_FORM, form, sids)
        except ValueError as error:
            raise Refusal(20001, "body") from error
        return await handler(call)

    def _route(self, method: str, path: str) -> tuple[Handler, list[str]]:
        """What answers, and the identifiers that it gets."""
        parts = path[1:].split("/")
        rest = parts[1:] if parts[0] != "2010-04-01" else self._within_account(parts)
        sids = rest[1::2]
        shape = "/".join("*" if index % 2 else part for index, part in enumerate(rest))
        if shape.endswith("Media/*") and sids[-1].endswith(".json"):
            shape += ".json"
        if sids and len(rest) % 2 == 0:
            sids[-1] = sids[-1].removesuffix(".json")
        else:
            shape = shape.removesuffix(".json")
        handler = self.routes.get((method, shape))
        if handler is not None:
            return handler, sids
        raise Refusal(20404 if method in {"GET", "POST", "DELETE"} else 20004, path)

    def _within_account(self, parts: list[str]) -> list[str]:
        if len(parts) < _CLASSIC_ROOT or parts[1] != "Accounts":
            raise Refusal(20404, "/" + "/".join(parts))
        if parts[2].removesuffix(".json") != self.network.account_sid:
            raise Refusal(20003)
        return parts[_CLASSIC_ROOT:]


@dataclass(frozen=True, slots=True)
class Account:
    """The account itself, which can only be looked at."""

    network: Network

    def routes(self) -> Routes:
        return {("GET", ""): self.fetch}

    async def fetch(self, _: Call) -> Reply:
        account = self.network.account_sid
        started = rfc2822(self.network.senders.started_at)
        return json_reply(
            {
                "sid": account,
                "friendly_name": "Simulated carrier",
                "status": "active",
                "type": "Full",
                "auth_token": "",
                "owner_account_sid": account,
                "date_created": started,
                "date_updated": started,
                "uri": f"/2010-04-01/Accounts/{account}.json",
                "subresource_uris": {"messages": f"/2010-04-01/Accounts/{account}/Messages.json"},
            }
        )
