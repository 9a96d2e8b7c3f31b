"""Messaging services and the numbers in them, as far as they are needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from clientcomm_simulator.adapters.asgi import Call, Form, Reply, Routes, json_reply
from clientcomm_simulator.application.ports import Clock, Journal
from clientcomm_simulator.application.records import service_record
from clientcomm_simulator.domain.identifiers import new_sid
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.numbers import whole_number
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.senders import Sender
from clientcomm_simulator.domain.services import SETTABLE, MessagingService

from .dates import iso8601
from .paging import Window

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Services:
    network: Network
    clock: Clock
    journal: Journal
    base_url: str

    def routes(self) -> Routes:
        return {
            ("GET", "Services"): self.list,
            ("POST", "Services"): self.create,
            ("GET", "Services/*"): self.fetch,
            ("POST", "Services/*"): self.update,
            ("DELETE", "Services/*"): self.delete,
            ("GET", "Services/*/PhoneNumbers"): self.list_numbers,
            ("POST", "Services/*/PhoneNumbers"): self.add_number,
            ("GET", "Services/*/PhoneNumbers/*"): self.fetch_number,
            ("DELETE", "Services/*/PhoneNumbers/*"): self.remove_number,
        }

    async def list(self, call: Call) -> Reply:
        items = [self._json(service) for service in self.network.services.values()]
        return json_reply(self._page("services", items, "/v1/Services", call))

    async def create(self, call: Call) -> Reply:
        now = self.clock.now()
        service = MessagingService(new_sid("MG"), call.form.get("FriendlyName"), now, now)
        self.network.services[service.sid] = service
        self._change(service, call.form)
        return json_reply(self._json(service), 201)

    async def fetch(self, call: Call) -> Reply:
        return json_reply(self._json(self._find(call.sids[0])))

    async def update(self, call: Call) -> Reply:
        service = self._find(call.sids[0])
        self._change(service, call.form)
        return json_reply(self._json(service))

    async def delete(self, call: Call) -> Reply:
        sid = self._find(call.sids[0]).sid
        del self.network.services[sid]
        self.journal.write({"kind": "service_deleted", "sid": sid})
        return Reply(204)

    async def list_numbers(self, call: Call) -> Reply:
        service = self._find(call.sids[0])
        senders = [self.network.senders.find(number) for number in service.numbers]
        items = [self._number_json(service, sender) for sender in senders if sender]
        path = f"/v1/Services/{service.sid}/PhoneNumbers"
        return json_reply(self._page("phone_numbers", items, path, call))

    async def add_number(self, call: Call) -> Reply:
        service = self._find(call.sids[0])
        sender = self._sender(call.form.get("PhoneNumberSid"))
        if self.network.service_of(sender.number):
            raise Refusal(21710, sender.number)
        service.numbers.append(sender.number)
        self.journal.write(service_record(service))
        return json_reply(self._number_json(service, sender), 201)

    async def fetch_number(self, call: Call) -> Reply:
        service, sender = self._member(call)
        return json_reply(self._number_json(service, sender))

    async def remove_number(self, call: Call) -> Reply:
        service, sender = self._member(call)
        service.numbers.remove(sender.number)
        self.journal.write(service_record(service))
        return Reply(204)

    def _change(self, service: MessagingService, form: Form) -> None:
        for name, value in form.items().items():
            field = _HUMP.sub("_", name).lower()
            kind = SETTABLE.get(field)
            if kind is bool:
                setattr(service, field, value.lower() == "true")
            elif kind is int:
                number = whole_number(value)
                if number is None:
                    raise Refusal(20001, name)
                setattr(service, field, number)
            elif kind is not None:
                setattr(service, field, value)
        service.updated_at = self.clock.now()
        self.journal.write(service_record(service))

    def _find(self, sid: str) -> MessagingService:
        service = self.network.services.get(sid)
        if service is None:
            raise Refusal(20404, sid)
        return service

    def _member(self, call: Call) -> tuple[MessagingService, Sender]:
        service, sender = self._find(call.sids[0]), self._sender(call.sids[1])
        if sender.number not in service.numbers:
            raise Refusal(20404, sender.sid)
        return service, sender

    def _sender(self, sid: str) -> Sender:
        sender = self.network.senders.by_sid(sid)
        if sender is None:
            raise Refusal(20404, sid)
        return sender

    def _json(self, service: MessagingService) -> dict[str, object]:
        url = f"{self.base_url}/v1/Services/{service.sid}"
        content = asdict(service)
        del content["numbers"], content["created_at"], content["updated_at"]
        return {
            **content,
            "account_sid": self.network.account_sid,
            "date_created": iso8601(service.created_at),
            "date_updated": iso8601(service.updated_at),
            "mms_converter": True,
            "scan_message_content": "inherit",
            "fallback_to_long_code": False,
            "area_code_geomatch": False,
            "synchronous_validation": False,
            "usecase": "undeclared",
            "us_app_to_person_registered": False,
            "url": url,
            "links": {"phone_numbers": f"{url}/PhoneNumbers"},
        }

    def _number_json(self, service: MessagingService, sender: Sender) -> dict[str, object]:
        return {
            "sid": sender.sid,
            "account_sid": self.network.account_sid,
            "service_sid": service.sid,
            "date_created": iso8601(sender.created_at),
            "date_updated": iso8601(sender.updated_at),
            "phone_number": sender.number,
            "country_code": "US",
            "capabilities": ["Voice", "SMS", "MMS"],
            "url": f"{self.base_url}/v1/Services/{service.sid}/PhoneNumbers/{sender.sid}",
        }

    def _page(
        self, key: str, items: Sequence[dict[str, object]], path: str, call: Call
    ) -> dict[str, object]:
        window = Window.of(call.query)
        size, number = window.size, window.number
        start = number * size

        def link(page: int) -> str:
            return f"{self.base_url}{path}?PageSize={size}&Page={page}"

        return {
            key: items[start : start + size],
            "meta": {
                "first_page_url": link(0),
                "key": key,
                "next_page_url": link(number + 1) if start + size < len(items) else None,
                "page": number,
                "page_size": size,
                "previous_page_url": link(number - 1) if number else None,
                "url": link(number),
            },
        }
