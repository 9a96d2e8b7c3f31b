"""The Calls resource, as far as it is needed: create, fetch, list, hang up."""

from __future__ import annotations

from dataclasses import dataclass

from clientcomm_simulator.adapters.asgi import Call, Reply, Routes, json_reply
from clientcomm_simulator.application.place_call import PlaceCall
from clientcomm_simulator.domain.calls import Call as PhoneCall
from clientcomm_simulator.domain.calls import CallStatus
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal

from .dates import Days, rfc2822
from .paging import plain_page

_ENDINGS = {"completed": CallStatus.COMPLETED, "canceled": CallStatus.CANCELED}


@dataclass(frozen=True, slots=True)
class Calls:
    network: Network
    place_call: PlaceCall

    def routes(self) -> Routes:
        return {
            ("GET", "Calls"): self.list,
            ("POST", "Calls"): self.create,
            ("GET", "Calls/*"): self.fetch,
            ("POST", "Calls/*"): self.update,
        }

    async def create(self, call: Call) -> Reply:
        form = call.form
        if not form.get("To"):
            raise Refusal(21201)
        if not (form.get("Url") or form.get("Twiml")):
            raise Refusal(21205)
        placed = self.place_call.outbound(
            to=form.get("To"),
            sender=form.get("From"),
            url=form.get("Url"),
            status_callback=form.get("StatusCallback"),
        )
        return json_reply(self._json(placed), 201)

    async def list(self, call: Call) -> Reply:
        to, sender, status = (call.query.get(name) for name in ("To", "From", "Status"))
        begun, ended = Days.of(call.query, "StartTime"), Days.of(call.query, "EndTime")
        items = [
            self._json(placed)
            for placed in reversed(self.network.calls.values())
            if to in {"", placed.to}
            and sender in {"", placed.sender}
            and status in {"", placed.status}
            and begun.hold(placed.started_at)
            and ended.hold(placed.ended_at)
        ]
        path = f"/2010-04-01/Accounts/{self.network.account_sid}/Calls.json"
        return json_reply(plain_page("calls", items, path=path, query=call.query))

    async def fetch(self, call: Call) -> Reply:
        return json_reply(self._json(self._find(call.sids[0])))

    async def update(self, call: Call) -> Reply:
        placed = self._find(call.sids[0])
        ending = _ENDINGS.get(call.form.get("Status"))
        if ending is not None:
            self.place_call.hang_up(placed, ending)
        return json_reply(self._json(placed))

    def _find(self, sid: str) -> PhoneCall:
        placed = self.network.calls.get(sid)
        if placed is None:
            raise Refusal(20404, sid)
        return placed

    def _json(self, placed: PhoneCall) -> dict[str, object]:
        account = self.network.account_sid
        path = f"/2010-04-01/Accounts/{account}/Calls/{placed.sid}"
        ours = placed.to if placed.direction == "inbound" else placed.sender
        line = self.network.senders.senders.get(ours)
        begun, ended = placed.started_at, placed.ended_at
        names = ("notifications", "recordings", "payments", "events", "streams")
        return {
            "sid": placed.sid,
            "date_created": rfc2822(placed.created_at),
            "date_updated": rfc2822(placed.updated_at),
            "parent_call_sid": None,
            "account_sid": account,
            "to": placed.to,
            "to_formatted": placed.to,
            "from": placed.sender,
            "from_formatted": placed.sender,
            "phone_number_sid": line.sid if line else None,
            "status": placed.status,
            "start_time": rfc2822(begun),
            "end_time": rfc2822(ended),
            "duration": str(round(ended - begun)) if begun and ended else None,
            "price": None,
            "price_unit": "USD",
            "direction": placed.direction,
            "answered_by": None,
            "api_version": "2010-04-01",
            "forwarded_from": None,
            "group_sid": None,
            "caller_name": None,
            "queue_time": "0",
            "stir_verstat": None,
            "trunk_sid": None,
            "uri": f"{path}.json",
            "subresource_uris": {name: f"{path}/{name.capitalize()}.json" for name in names},
        }
