"""Messaging services: a pool of our numbers that sends under one name."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32


@dataclass(slots=True)
class MessagingService:
    sid: str
    friendly_name: str
    created_at: float
    updated_at: float
    inbound_request_url: str | None = None
    inbound_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    status_callback: str | None = None
    smart_encoding: bool = True
    sticky_sender: bool = True
    validity_period: int = 36_000
    use_inbound_webhook_on_number: bool = False
    numbers: list[str] = field(default_factory=list)

    def sender_for(self, to: str) -> str | None:
        """The number that this recipient always gets texts from, if there is any number."""
        if not self.numbers:
            return None
        return self.numbers[crc32(to.encode()) % len(self.numbers)]


SETTABLE: dict[str, type] = {
    "friendly_name": str,
    "inbound_request_url": str,
    "inbound_method": str,
    "fallback_url": str,
    "fallback_method": str,
    "status_callback": str,
    "smart_encoding": bool,
    "sticky_sender": bool,
    "validity_period": int,
    "use_inbound_webhook_on_number": bool,
}
