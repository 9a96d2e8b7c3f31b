"""Who takes part in a journey: staff with the API, and phones at the carrier simulator."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import httpx2

T = TypeVar("T")
Json = dict[str, Any]

_serial = count(os.getpid() * 1_000)


def eventually(look: Callable[[], T | None], *, seconds: float = 20.0) -> T:
    """What `look` finds, as soon as it finds something; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {seconds} s: {look.__qualname__}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def a_phone_number() -> str:
    """A mobile number that nobody has yet; the demo has only 555-01xx numbers."""
    serial = next(_serial)
    return f"+1{AREAS[serial % len(AREAS)]}7{serial // len(AREAS) % 1_000_000:06d}"


AREAS = ("212", "303", "312", "402", "415", "503", "617", "708")


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

    def await_state(self, message_id: str, state: str, *, seconds: float = 20.0) -> Json:
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

    def fault(self, **knobs: Any) -> None:
        answer = self.http.put("/simulator/faults", json={"faults": knobs})
        assert answer.is_success, answer.text

    def heal(self) -> None:
        assert self.http.delete("/simulator/faults").is_success
