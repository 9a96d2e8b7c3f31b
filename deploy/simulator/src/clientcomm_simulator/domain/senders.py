"""Our own numbers: where their webhooks go, and how fast they may send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from .identifiers import settled_sid
from .numbers import ALWAYS_VALID_SENDER
from .refusals import Refusal

LONGEST_QUEUE_SECONDS = 36_000.0


@dataclass(slots=True)
class Lines:
    """What can be set on a number by the carrier's API."""

    friendly_name: str = ""
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"


SETTABLE = frozenset(item.name for item in fields(Lines))


@dataclass(slots=True)
class Sender:
    """A number of ours; `free_at` is when its queue has sent all that it has accepted."""

    number: str
    rate: float
    lines: Lines
    created_at: float
    updated_at: float
    free_at: float = 0.0

    @property
    def sid(self) -> str:
        return settled_sid("PN", self.number)

    def waiting_seconds(self, now: float) -> float:
        return max(0.0, self.free_at - now)

    def reserve(self, segments: int, now: float) -> float:
        """Seconds until these segments go out; raises the refusal of a queue that is full."""
        wait = self.waiting_seconds(now)
        if wait > LONGEST_QUEUE_SECONDS:
            raise Refusal(21611, self.number)
        self.free_at = now + wait + segments / self.rate
        return wait


@dataclass(slots=True)
class SenderPool:
    """The account's numbers; an open pool takes any number as one of them."""

    is_open: bool
    rate: float
    message_url: str
    voice_url: str
    started_at: float
    senders: dict[str, Sender] = field(default_factory=dict)

    def add_all(self, numbers: Iterable[str]) -> None:
        for number in numbers:
            self.add(number)

    def add(self, number: str) -> Sender:
        lines = Lines(number, sms_url=self.message_url, voice_url=self.voice_url)
        at = self.started_at
        sender = Sender(number, self.rate, lines, at, at)
        self.senders[number] = sender
        return sender

    def find(self, number: str) -> Sender | None:
        """The number if it is ours; a number that an open pool meets becomes ours."""
        sender = self.senders.get(number)
        if sender is None and (self.is_open or number == ALWAYS_VALID_SENDER):
            sender = self.add(number)
        return sender

    def by_sid(self, sid: str) -> Sender | None:
        return next((sender for sender in self.senders.values() if sender.sid == sid), None)
