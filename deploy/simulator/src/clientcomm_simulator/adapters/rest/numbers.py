"""The IncomingPhoneNumbers resource: our own numbers and where their webhooks go."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from clientcomm_simulator.adapters.asgi import Call, Form, Reply, Routes, json_reply
from clientcomm_simulator.application.ports import Clock, Journal
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.numbers import parse_number
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.senders import SETTABLE, Sender

from .dates import rfc2822
from .paging import plain_page

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class IncomingNumbers:
    network: Network
    clock: Clock
    journal: Journal

    def routes(self) -> Routes:
        return {
            ("GET", "IncomingPhoneNumbers"): self.list,
            ("POST", "IncomingPhoneNumbers"): self.create,
            ("GET", "IncomingPhoneNumbers/*"): self.fetch,
            ("POST", "IncomingPhoneNumbers/*"): self.update,
        }

    async def list(self, call: Call) -> Reply:
        wanted = call.query.get("PhoneNumber")
        name = call.query.get("FriendlyName")
        senders = [
            sender
            for sender in self.network.senders.senders.values()
            if wanted in sender.number and name in {"", sender.lines.friendly_name}
        ]
        account = self.network.account_sid
        path = f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json"
        items = [self._json(sender) for sender in senders]
        return json_reply(plain_page("incoming_phone_numbers", items, path=path, query=call.query))

    async def create(self, call: Call) -> Reply:
        number = parse_number(call.form.get("PhoneNumber"))
        if number is None:
            raise Refusal(21421, call.form.get("PhoneNumber"))
        if number in self.network.senders.senders:
            raise Refusal(21422, number)
        sender = self.network.senders.add(number)
        self._change(sender, call.form)
        return json_reply(self._json(sender), 201)

    async def fetch(self, call: Call) -> Reply:
        return json_reply(self._json(self._find(call.sids[0])))

    async def update(self, call: Call) -> Reply:
        sender = self._find(call.sids[0])
        self._change(sender, call.form)
        return json_reply(self._json(sender))

    def _change(self, sender: Sender, form: Form) -> None:
        given = {_HUMP.sub("_", name).lower(): value for name, value in form.items().items()}
        changes = {name: value for name, value in given.items() if name in SETTABLE}
        for name, value in changes.items():
            setattr(sender.lines, name, value)
        sender.updated_at = self.clock.now()
        self.journal.write({"kind": "number", "number": sender.number, "changes": changes})

    def _find(self, sid: str) -> Sender:
        sender = self.network.senders.by_sid(sid)
        if sender is None:
            raise Refusal(20404, sid)
        return sender

    def _json(self, sender: Sender) -> dict[str, object]:
        account = self.network.account_sid
        return {
            "account_sid": account,
            "address_sid": None,
            "address_requirements": "none",
            "api_version": "2010-04-01",
            "beta": False,
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "date_created": rfc2822(sender.created_at),
            "date_updated": rfc2822(sender.updated_at),
            "identity_sid": None,
            "phone_number": sender.number,
            "origin": "twilio",
            "sid": sender.sid,
            "sms_application_sid": None,
            "trunk_sid": None,
            "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sender.sid}.json",
            "voice_receive_mode": "voice",
            "voice_application_sid": None,
            "voice_caller_id_lookup": False,
            "emergency_status": "Inactive",
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "bundle_sid": None,
            "status": "in-use",
            "type": "local",
            **asdict(sender.lines),
        }
