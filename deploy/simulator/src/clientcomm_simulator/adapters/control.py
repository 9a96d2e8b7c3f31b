"""The calls under /simulator: to play the phones' side, look at the ledger, and break things."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from clientcomm_simulator.application.carry_message import Pace
from clientcomm_simulator.application.place_call import CallReport, PlaceCall
from clientcomm_simulator.application.ports import (
    Journal,
    MediaSource,
    MediaUnavailableError,
    Timeline,
)
from clientcomm_simulator.application.receive_text import ReceiveText
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal

from .control_forms import CallForm, NumberForm, OptOutForm, PaceForm, PhoneForm, phone_json
from .inbound_form import BadInboundError, InboundForm, phone_number
from .knobs import FaultsForm, faults_json
from .ledger_file import LedgerFile
from .ledger_view import LedgerQuery, ledger_entry, ledger_page, precise
from .live import Live
from .mail import Mailbox
from .media_files import MediaFiles
from .webhooks import SignedWebhooks

_LARGEST_PAGE = 10_000
Form = TypeVar("Form", bound=BaseModel)


def answer(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def peak_memory() -> int:
    """Most bytes that this program held; `getrusage` would say what its parent held before it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def problem(sentence: str, status: int = 400) -> Response:
    return answer({"status": status, "message": sentence}, status)


@dataclass(frozen=True, slots=True)
class Control:
    network: Network
    receive: ReceiveText
    place_call: PlaceCall
    source: MediaSource
    files: MediaFiles
    mailbox: Mailbox
    live: Live
    webhooks: SignedWebhooks
    ledger: LedgerFile
    journal: Journal
    timeline: Timeline
    pace: Pace

    def routes(self) -> list[Route]:
        table = [
            ("/simulator/inbound", self.inbound, "POST"),
            ("/simulator/messages", self.messages, "GET"),
            ("/simulator/messages/{sid}", self.message, "GET"),
            ("/simulator/call", self.call, "POST"),
            ("/simulator/faults", self.faults, "GET PUT DELETE"),
            ("/simulator/phones/{number}", self.phone, "GET PUT DELETE"),
            ("/simulator/numbers", self.numbers, "GET"),
            ("/simulator/numbers/{number}", self.number, "PUT"),
            ("/simulator/opt-outs", self.opt_outs, "GET PUT"),
            ("/simulator/pace", self.change_pace, "GET PUT"),
            ("/simulator/callbacks", self.callbacks, "GET"),
            ("/simulator/alerts", self.alerts, "GET"),
            ("/simulator/stats", self.stats, "GET"),
            ("/simulator/mail", self.mail, "GET DELETE"),
            ("/simulator/media/{sid}", self.media, "GET"),
            ("/simulator/events", self.events, "GET"),
            ("/health/live", self.health, "GET"),
            ("/health/ready", self.health, "GET"),
        ]
        return [Route(path, handler, methods=names.split()) for path, handler, names in table]

    async def inbound(self, request: Request) -> Response:
        try:
            form = await _form(InboundForm, request)
            text = await form.text(self.source)
        except MediaUnavailableError:
            return problem("An attachment could not be fetched.")
        message, posts = self.receive(text)
        if form.wait:
            await self.receive.notify(message, posts)
        else:
            self.timeline.spawn(self.receive.notify(message, posts))
        return answer(ledger_entry(message), 201)

    async def messages(self, request: Request) -> Response:
        given = request.query_params
        try:
            query = LedgerQuery(
                to=phone_number(given["to"]) if given.get("to") else None,
                sender=phone_number(given["from"]) if given.get("from") else None,
                after=int(given.get("after") or 0),
                limit=min(max(int(given.get("limit") or 1000), 1), _LARGEST_PAGE),
                direction=given.get("direction", ""),
                with_carriers_own=given.get("carriers_own") == "1",
            )
        except ValueError as error:
            return problem(str(error))
        return answer(ledger_page(self.network, query))

    async def message(self, request: Request) -> Response:
        message = self.network.book.by_sid.get(request.path_params["sid"])
        return answer(ledger_entry(message)) if message else problem("No such message.", 404)

    async def call(self, request: Request) -> Response:
        form = await _form(CallForm, request)
        report = await self.place_call.inbound(phone_number(form.sender), phone_number(form.to))
        return answer(call_json(report), 201)

    async def faults(self, request: Request) -> Response:
        if request.method == "PUT":
            form = await _form(FaultsForm, request)
            self.network.faults.turn(form.seed, form.settings())
        elif request.method == "DELETE":
            self.network.faults.clear()
        return answer(faults_json(self.network.faults))

    async def phone(self, request: Request) -> Response:
        number = phone_number(request.path_params["number"])
        if request.method == "PUT":
            form = await _form(PhoneForm, request)
            form.apply(number, self.network, self.journal)
        elif request.method == "DELETE":
            PhoneForm().apply(number, self.network, self.journal)
        return answer(phone_json(self.network.phone(number)))

    async def numbers(self, _: Request) -> Response:
        now = self.timeline.now()
        return answer(
            {
                "numbers": [
                    {
                        "number": sender.number,
                        "sid": sender.sid,
                        "rate": sender.rate,
                        "waiting_seconds": round(sender.waiting_seconds(now), 3),
                        "sms_url": sender.lines.sms_url,
                        "voice_url": sender.lines.voice_url,
                    }
                    for sender in self.network.senders.senders.values()
                ],
                "any_number_is_ours": self.network.senders.is_open,
            }
        )

    async def number(self, request: Request) -> Response:
        number = phone_number(request.path_params["number"])
        form = await _form(NumberForm, request)
        form.apply(number, self.network, self.journal)
        return await self.numbers(request)

    async def opt_outs(self, request: Request) -> Response:
        if request.method == "PUT":
            form = await _form(OptOutForm, request)
            form.apply(self.network, self.journal)
        pairs = sorted(self.network.opt_outs.pairs)
        return answer({"opt_outs": [{"scope": scope, "phone": phone} for scope, phone in pairs]})

    async def change_pace(self, request: Request) -> Response:
        if request.method == "PUT":
            form = await _form(PaceForm, request)
            form.apply(self.pace)
        return answer(asdict(self.pace))

    async def callbacks(self, request: Request) -> Response:
        about = request.query_params.get("about", "")
        found = [try_ for try_ in self.webhooks.attempts if about in {"", try_.about}]
        return answer({"callbacks": [{**asdict(try_), "at": precise(try_.at)} for try_ in found]})

    async def alerts(self, _: Request) -> Response:
        shown = [{**asdict(alert), "at": precise(alert.at)} for alert in self.network.alerts]
        return answer({"alerts": shown})

    async def stats(self, _: Request) -> Response:
        book = self.network.book
        waiting = {
            sender.number: round(sender.waiting_seconds(self.timeline.now()), 3)
            for sender in self.network.senders.senders.values()
            if sender.free_at > self.timeline.now()
        }
        return answer(
            {
                "messages": len(book.in_order),
                "accepted_ever": book.next_ordinal - 1,
                "statuses": Counter(message.status.value for message in book.in_order),
                "directions": Counter(message.direction.value for message in book.in_order),
                "waiting_seconds": waiting,
                "webhooks": asdict(self.webhooks.counts),
                "ledger_lines": self.ledger.written,
                "faults_struck": {knob.value: n for knob, n in self.network.faults.struck.items()},
                "cpu_seconds": round(time.process_time(), 3),
                "peak_memory_bytes": peak_memory(),
                "pid": os.getpid(),
            }
        )

    async def mail(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.mailbox.empty()
        found = self.mailbox.newest_first(request.query_params.get("to", ""))
        shown = [{**asdict(letter), "received_at": precise(letter.received_at)} for letter in found]
        return answer({"mail": shown})

    async def media(self, request: Request) -> Response:
        media = self.network.media.get(request.path_params["sid"])
        if media is None:
            return problem("No such attachment.", 404)
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(self.files.read(media.sid), media_type=media.content_type, headers=headers)

    async def events(self, _: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = self.live.stream()
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def health(self, _: Request) -> Response:
        return answer({"status": "ok"})


async def _form(kind: type[Form], request: Request) -> Form:
    return kind.model_validate_json(await request.body())


def call_json(report: CallReport) -> dict[str, object]:
    return {
        "call_sid": report.call.sid,
        "from": report.call.sender,
        "to": report.call.to,
        "status": report.call.status,
        "answer_status": report.answer_status,
        "twiml": report.twiml,
        "verbs": [verb.as_json() for verb in report.verbs],
        "error_code": report.error_code or None,
    }


async def refused(_: Request, error: Exception) -> Response:
    """What the calls answer when the carrier declines or the request makes no sense."""
    if isinstance(error, Refusal):
        content = {"status": error.status, "code": error.code, "message": error.sentence}
        return answer(content, error.status)
    if isinstance(error, ValidationError):
        details = json.loads(error.json(include_url=False, include_input=False))
        content = {"status": 400, "message": "The request is not understood.", "details": details}
        return answer(content, 400)
    if isinstance(error, BadInboundError):
        return problem(str(error))
    raise error
