"""Requests as the carrier makes them, against the application itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from services.sms.tests.factories import CLIENT, NOON, OURS
from services.sms.tests.fakes import HandClock
from starlette.applications import Starlette
from starlette.types import ASGIApp
from twilio.request_validator import RequestValidator

from clientcomm_sms.adapters.webhooks.app import Webhooks
from clientcomm_sms.adapters.webhooks.description import description_routes
from clientcomm_sms.adapters.webhooks.intake import Intake, Store
from clientcomm_sms.adapters.webhooks.signatures import Signatures
from clientcomm_sms.adapters.webhooks.spool import Spool

BASE = "http://sms.example.org"
TOKEN = "auth-token"
Phones = Callable[[str, str], Awaitable[tuple[str | None, str | None]]]


def signed(path: str, fields: Mapping[str, str], *, query: str = "") -> dict[str, str]:
    url = f"{BASE}{path}" + (f"?{query}" if query else "")
    return {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, dict(fields)),
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }


def an_inbound(sid: str = "SM1", body: str = "hello", **more: str) -> dict[str, str]:
    return {"MessageSid": sid, "From": CLIENT, "To": OURS, "Body": body, "NumMedia": "0", **more}


@dataclass
class Carrier:
    """Calls the webhooks."""

    http: httpx2.AsyncClient
    spool: Spool
    app: ASGIApp
    answers: list[httpx2.Response] = field(default_factory=list)

    async def post(self, path: str, fields: Mapping[str, str]) -> httpx2.Response:
        return await self.http.post(path, content=urlencode(fields), headers=signed(path, fields))

    async def text(self, sid: str = "SM1", body: str = "hello", **more: str) -> httpx2.Response:
        return await self.post("/webhooks/twilio/message", an_inbound(sid, body, **more))

    async def status(self, token: str, sid: str, status: str, **more: str) -> httpx2.Response:
        fields = {"MessageSid": sid, "MessageStatus": status, **more}
        return await self.post(f"/webhooks/twilio/status/{token}", fields)

    async def call(self, sid: str = "CA1") -> httpx2.Response:
        return await self.post(
            "/webhooks/twilio/voice", {"CallSid": sid, "From": CLIENT, "To": OURS}
        )


async def nobody(_number_to: str, _caller: str) -> tuple[str | None, str | None]:
    return None, None


@asynccontextmanager
async def calling(store: Store, folder: Path, *, phones: Phones = nobody) -> AsyncIterator[Carrier]:
    """The webhooks in front of this store, with their spool in this folder."""
    spool = Spool(folder, "webhooks-1")
    spool.open()
    intake = Intake(store, spool)
    await intake.start()
    app = Webhooks(
        Signatures(TOKEN, BASE),
        intake,
        HandClock(NOON),
        phones=phones,
        others=Starlette(routes=description_routes()),
    )
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        yield Carrier(http, spool, app)
    await intake.stop()
    spool.close()
