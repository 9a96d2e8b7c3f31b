"""The page with the phones: to look at, and to text and call from."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clientcomm_simulator.adapters.control_forms import PhoneForm, phone_json
from clientcomm_simulator.adapters.inbound_form import BadInboundError, phone_number
from clientcomm_simulator.application.place_call import CallReport, PlaceCall
from clientcomm_simulator.application.ports import Journal, Timeline
from clientcomm_simulator.application.receive_text import Attachment, InboundText, ReceiveText
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal

from .conversations import Conversations
from .templates import Templates

_LARGEST_PICTURE = 5 * 1024 * 1024
DELIVERIES = {
    "delivered": "receives everything",
    "30003": "is switched off (30003)",
    "30005": "does not exist (30005)",
    "30006": "is a landline (30006)",
    "30007": "is filtered by its carrier (30007)",
    "30008": "fails for unknown reasons (30008)",
    "none": "sends no receipts",
}


@dataclass(frozen=True, slots=True)
class PhonePages:
    network: Network
    receive: ReceiveText
    place_call: PlaceCall
    timeline: Timeline
    journal: Journal
    templates: Templates = field(default_factory=Templates)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/phones/list", self.show_list, methods=["GET"]),
            Route("/phones/thread", self.show_thread, methods=["GET"]),
            Route("/phones/text", self.text, methods=["POST"]),
            Route("/phones/settings", self.change_settings, methods=["POST"]),
            Route("/phones/call", self.call, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return self._page(request)

    async def show_list(self, request: Request) -> Response:
        return self.templates.page("phone_list.html", content=self._content(request))

    async def show_thread(self, request: Request) -> Response:
        return self.templates.page("thread.html", content=self._content(request))

    async def text(self, request: Request) -> Response:
        """A text from the phone; a mistake is said on the page, which keeps what was typed."""
        async with request.form(max_files=1, max_fields=10) as form:
            phone, line, body = (_field(form, name) for name in ("phone", "line", "body"))
            try:
                text = InboundText(
                    phone_number(phone), phone_number(line), body, await _picture(form, body)
                )
                message, posts = self.receive(text)
            except (BadInboundError, Refusal) as error:
                words = error.sentence if isinstance(error, Refusal) else str(error)
                return self._page(request, phone=phone, line=line, problem=words, typed=body)
        self.timeline.spawn(self.receive.notify(message, posts))
        return _back(text.sender, text.to)

    async def change_settings(self, request: Request) -> Response:
        async with request.form() as form:
            phone, line = phone_number(_field(form, "phone")), _field(form, "line")
            PhoneForm(delivery=_field(form, "delivery")).apply(phone, self.network, self.journal)
        return _back(phone, line)

    async def call(self, request: Request) -> Response:
        async with request.form() as form:
            phone, line = _field(form, "phone"), _field(form, "line")
        report = await self.place_call.inbound(phone_number(phone), phone_number(line))
        return self._page(request, phone=phone, line=line, call=report)

    def _page(self, request: Request, **more: str | CallReport) -> Response:
        state = self._content(request)
        if isinstance(more.get("phone"), str):
            state = self._state(str(more["phone"]), str(more["line"]), "")
        status = 400 if more.get("problem") else 200
        return self.templates.page("phones.html", status, content=state | more)

    def _content(self, request: Request) -> dict[str, object]:
        given = request.query_params
        return self._state(given.get("phone", ""), given.get("line", ""), given.get("q", ""))

    def _state(self, phone: str, line: str, search: str) -> dict[str, object]:
        conversations = Conversations(self.network)
        rows = conversations.phones(search)
        lines = conversations.lines(phone)
        chosen = line if line in lines else next(iter(lines), "")
        return {
            "rows": rows,
            "search": search,
            "phone": phone,
            "lines": lines,
            "line": chosen,
            "bubbles": conversations.thread(phone, chosen) if phone else [],
            "delivery": str(phone_json(self.network.phone(phone))["delivery"]),
            "deliveries": DELIVERIES,
            "is_opted_out": bool(phone) and self.network.is_opted_out(chosen, phone),
            "problem": "",
            "typed": "",
            "call": None,
        }


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def _picture(form: FormData, body: str) -> tuple[Attachment, ...]:
    upload = form.get("picture")
    if not isinstance(upload, UploadFile) or not upload.filename:
        if not body:
            raise BadInboundError("Write something, or choose a picture.")
        return ()
    if (upload.size or 0) > _LARGEST_PICTURE:
        raise BadInboundError("The picture is over 5 MB.")
    content_type = upload.content_type or "application/octet-stream"
    return (Attachment(content_type, await upload.read()),)


def _back(phone: str, line: str) -> Response:
    return RedirectResponse(f"/?{urlencode({'phone': phone, 'line': line})}", 303)
