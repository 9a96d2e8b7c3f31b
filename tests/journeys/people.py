"""Who takes part in a journey: staff with the API, and phones at the carrier simulator."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2

T = TypeVar("T")
Json = dict[str, Any]

_serial = count(os.getpid() * 1_000)


PATIENCE = 45.0
"""In seconds; others' tests run on the same machine at the same time."""


def eventually(look: Callable[[], T | None], *, seconds: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            name = getattr(look, "__qualname__", repr(look))
            raise AssertionError(f"not seen within {seconds} s: {name}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def a_phone_number() -> str:
    """A mobile number that nobody has yet; the demo has only 555-01xx numbers."""
    serial = next(_serial)
    return f"+1{AREAS[serial % len(AREAS)]}7{serial // len(AREAS) % 1_000_000:06d}"


AREAS = ("212", "303", "312", "402", "415", "503", "617", "708")
ZONE = "America/New_York"


class StaffMember:
    """A member of staff who uses the API."""

    def __init__(self, gateway_url: str, account: Json) -> None:
        self.account = account
        self.http = httpx2.Client(
            base_url=f"{gateway_url}/api/v1",
            headers={"Authorization": f"Bearer {account['token']}"},
            timeout=15,
        )

    def close(self) -> None:
        self.http.close()

    @cached_property
    def me(self) -> Json:
        return self.get("/me")

    @property
    def id(self) -> str:
        return str(self.account["staff_id"])

    def get(self, path: str, **query: Any) -> Json:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return dict(answer.json())

    def post(
        self, path: str, body: Json | None = None, *, key: str | None = None
    ) -> httpx2.Response:
        return self.http.post(
            path, json=body or {}, headers={"Idempotency-Key": key or str(uuid4())}
        )

    def add_client(self, *, phone: str | None = None, **details: Any) -> "ClientInHand":
        phone = phone or a_phone_number()
        body = {"first_name": "Journey", "last_name": f"Test {phone[-4:]}", "phone": phone}
        answer = self.post("/clients", body | details)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return ClientInHand(phone, made["id"], made["conversation_id"])

    def conversation(self, conversation_id: str) -> Json:
        return self.get(f"/conversations/{conversation_id}")

    def status_of(self, path: str) -> int:
        return self.http.get(path).status_code

    def do(self, path: str, body: Json | None = None) -> Json:
        """What is answered to something that must succeed."""
        answer = self.post(path, body)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return dict(answer.json())

    def refused(self, path: str, body: Json | None = None) -> Json:
        """The problem that is answered to something that must be refused."""
        answer = self.post(path, body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
        return dict(answer.json())

    def schedule(self, conversation_id: str, body: str, **ahead: int) -> Json:
        at = datetime.now(UTC).astimezone(ZoneInfo(ZONE)) + timedelta(**ahead)
        local_time = at.replace(tzinfo=None, second=0, microsecond=0).isoformat()
        wanted = {"conversation_id": conversation_id, "body": body, "time_zone": ZONE}
        return self.do("/scheduled-messages", {**wanted, "local_time": local_time})

    def transfer(self, conversation_id: str, to: "StaffMember", **more: Any) -> Json:
        return self.do(f"/conversations/{conversation_id}/transfer", {"staff_id": to.id, **more})

    def transcript(self, conversation_id: str) -> str:
        """The thread with its markers, as plain text."""
        made = self.do("/exports", {"conversation_id": conversation_id, "format": "text"})
        answer = self.http.get(f"/exports/{made['id']}/file")
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def send(self, conversation_id: str, body: str, *, key: str | None = None) -> Json:
        answer = self.post(f"/conversations/{conversation_id}/messages", {"body": body}, key=key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def message(self, message_id: str) -> Json:
        return self.get(f"/messages/{message_id}")

    def thread(self, conversation_id: str) -> list[Json]:
        return list(self.get(f"/conversations/{conversation_id}/messages", limit=100)["items"])

    def texts(self, conversation_id: str) -> list[str]:
        return [m["body"] for m in self.thread(conversation_id) if m.get("direction")]

    def await_state(self, message_id: str, state: str, *, seconds: float = PATIENCE) -> Json:
        def reached() -> Json | None:
            message = self.message(message_id)
            return message if message["state"] == state else None

        return eventually(reached, seconds=seconds)

    def await_text(self, conversation_id: str, body: str) -> Json:
        def arrived() -> Json | None:
            found = [m for m in self.thread(conversation_id) if m.get("body") == body]
            return found[0] if found else None

        return eventually(arrived)


@dataclass(frozen=True)
class ClientInHand:
    """A client made for one journey."""

    phone: str
    id: str
    conversation_id: str


@dataclass
class Carrier:
    """The carrier simulator, as the phones and its operators see it."""

    url: str
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=15)

    def close(self) -> None:
        self.http.close()

    def text(self, *, sender: str, to: str, body: str, **more: Any) -> Json:
        answer = self.http.post(
            "/simulator/inbound", json={"from": sender, "to": to, "body": body} | more
        )
        assert answer.is_success, answer.text
        return dict(answer.json())

    def ledger(self, number: str) -> list[Json]:
        """Everything that the carrier accepted for this number, oldest first."""
        answer = self.http.get("/simulator/messages", params={"to": number})
        return list(answer.json()["messages"])

    def bodies(self, number: str) -> list[str]:
        return [message["body"] for message in self.ledger(number)]

    def letters(self, to: StaffMember, saying: str) -> list[Json]:
        """E-mails to a member of staff that say this."""
        answer = self.http.get("/simulator/mail", params={"to": to.account["email"]})
        return [one for one in answer.json()["mail"] if saying in str(one)]

    def rent(self, number: str) -> None:
        """The organisation has this number at the carrier; no department has it."""
        assert self.http.put(f"/simulator/numbers/{number}", json={}).is_success

    def fault(self, **knobs: Any) -> None:
        answer = self.http.put("/simulator/faults", json={"faults": knobs})
        assert answer.is_success, answer.text

    def heal(self) -> None:
        assert self.http.delete("/simulator/faults").is_success
