"""The webhooks as a bare ASGI application: limits, signature, durability, answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from clientcomm_chassis import Clock, counter, seconds
from clientcomm_sms.adapters.webhooks import twiml
from clientcomm_sms.adapters.webhooks.forms import Form, parse_form
from clientcomm_sms.adapters.webhooks.intake import Intake
from clientcomm_sms.adapters.webhooks.requests import (
    Kind,
    Malformed,
    as_form,
    stored,
    with_rang,
)
from clientcomm_sms.adapters.webhooks.signatures import Signatures
from clientcomm_sms.adapters.webhooks.spool import SpoolNotWritable

PREFIX = "/webhooks/twilio/"
LARGEST_BODY = 65_536
_STATUS_PATH = PREFIX + "status/"
_LOOK_UP_WITHIN = 1.0

_answers = counter("webhook_answers", "Answers to the carrier", ["kind", "status"])
_took = seconds("webhook", "Answering the carrier", ["kind"])
_xml = (b"content-type", b"text/xml; charset=utf-8")
_text = (b"content-type", b"text/plain; charset=utf-8")

_seconds = lru_cache(_took.labels)
_count = lru_cache(_answers.labels)

Phones = Callable[[str, str], Awaitable[tuple[str | None, str | None]]]
"""Desk and fallback phone for a called number and a caller."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and one header."""

    status: int
    body: bytes = b""
    header: tuple[bytes, bytes] = _text


_FORBIDDEN = Answer(403, b"not signed by the carrier\n")
_TOO_LARGE = Answer(413, b"too large\n")
_NOT_FOUND = Answer(404, b"no such webhook\n")
_ONLY_POST = Answer(405, b"", (b"allow", b"POST"))
_AGAIN = Answer(503, b"try again\n", (b"retry-after", b"1"))


class Webhooks:
    """Answers the carrier; everything outside its prefix goes to the other application."""

    def __init__(
        self,
        signatures: Signatures,
        intake: Intake,
        clock: Clock,
        *,
        phones: Phones,
        others: ASGIApp,
    ) -> None:
        self._signatures = signatures
        self._intake = intake
        self._clock = clock
        self._phones = phones
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._others(scope, receive, send)
            return
        kind, token = _which(scope["path"])
        began = time.perf_counter()
        answer = await self._answer(scope, receive, kind, token)
        await _send(send, answer)
        label = "none" if kind is None else kind.value
        _seconds(label).observe(time.perf_counter() - began)
        _count(label, answer.status).inc()

    async def _answer(
        self, scope: Scope, receive: Receive, kind: Kind | None, token: UUID | None
    ) -> Answer:
        if scope["method"] != "POST":
            return _ONLY_POST
        headers = dict(scope["headers"])
        body = await _body(headers, receive)
        if body is None:
            return _TOO_LARGE
        form = self._genuine_form(scope, headers, body)
        if form is None:
            return _FORBIDDEN
        if kind is None:
            return _NOT_FOUND
        return await self._keep(kind, form, body if _is_form(headers) else _as_raw(form), token)

    def _genuine_form(self, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Form | None:
        """The fields of a request that the carrier signed; None for any other."""
        try:
            params: Form | str = parse_form(body) if _is_form(headers) else body.decode()
            is_genuine = self._signatures.is_genuine(
                path=scope["path"],
                query=scope["query_string"].decode("ascii"),
                params=params,
                signature=headers.get(b"x-twilio-signature", b"").decode("ascii"),
                settings=headers.get(b"x-twilio-webhooks-signature-settings", b"").decode("ascii"),
            )
            if not is_genuine:
                return None
            return params if isinstance(params, Form) else _from_json(params)
        except ValueError:
            return None

    async def _keep(self, kind: Kind, form: Form, raw: bytes, token: UUID | None) -> Answer:
        answer = Answer(204)
        if kind is Kind.MESSAGE:
            answer = Answer(200, twiml.NOTHING, _xml)
        try:
            request = stored(kind, form, raw, token=token, at=self._clock.now())
            if kind is Kind.VOICE:
                rang, body = await self._put_through(form)
                answer = Answer(200, body, _xml)
                request = stored(
                    kind, form, with_rang(raw, rang), token=None, at=request.received_at
                )
            await self._intake.keep(request)
        except Malformed as fault:
            return Answer(400, f"{fault} is missing or odd\n".encode())
        except SpoolNotWritable:
            return _AGAIN
        return answer

    async def _put_through(self, form: Form) -> tuple[str, bytes]:
        try:
            async with asyncio.timeout(_LOOK_UP_WITHIN):
                desk, fallback = await self._phones(form.get("To"), form.get("From"))
        except Exception:  # noqa: BLE001 - a caller hears the sentence rather than nothing
            desk = fallback = None
        return twiml.put_through(desk, fallback)


def _which(path: str) -> tuple[Kind | None, UUID | None]:
    if path == PREFIX + "message":
        return Kind.MESSAGE, None
    if path == PREFIX + "voice":
        return Kind.VOICE, None
    token = path.removeprefix(_STATUS_PATH)
    if len(token) == 32 and path.startswith(_STATUS_PATH):  # noqa: PLR2004 - 128 bits in hex
        try:
            return Kind.STATUS, UUID(hex=token)
        except ValueError:
            return None, None
    return None, None


def _is_form(headers: dict[bytes, bytes]) -> bool:
    return not headers.get(b"content-type", b"").lower().startswith(b"application/json")


def _from_json(body: str) -> Form:
    fields = orjson.loads(body)
    if not isinstance(fields, dict):
        raise ValueError("not an object")  # noqa: TRY004 - odd input, not a wrong call
    return Form([(name, str(value)) for name, value in fields.items()])


def _as_raw(form: Form) -> bytes:
    return as_form({name: form.get(name) for name in form})


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
    """The whole body, or None if it is too large; what is announced is refused unread."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        return None
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return body


async def _send(send: Send, answer: Answer) -> None:
    headers = [answer.header]
    if answer.status != 204:  # noqa: PLR2004 - a 204 has no length
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
