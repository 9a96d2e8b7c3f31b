"""Everything the carrier knows, in one place."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from .book import MessageBook
from .calls import Call
from .delivery import Phone, usual_phone
from .faults import Faults
from .messages import Media
from .optouts import OptOuts
from .senders import SenderPool
from .services import MessagingService


@dataclass(frozen=True, slots=True)
class Alert:
    """Something the account's owner should look at, with the carrier's code for it."""

    code: int
    about: str
    at: float


@dataclass(slots=True)
class Network:
    account_sid: str
    senders: SenderPool
    book: MessageBook
    phones: dict[str, Phone] = field(default_factory=dict)
    opt_outs: OptOuts = field(default_factory=OptOuts)
    services: dict[str, MessagingService] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    alerts: deque[Alert] = field(default_factory=lambda: deque(maxlen=1000))

    def phone(self, number: str) -> Phone:
        return self.phones.get(number) or usual_phone(number)

    def service_of(self, number: str) -> MessagingService | None:
        """The messaging service that the number of ours belongs to."""
        if not self.services:
            return None
        return next((s for s in self.services.values() if number in s.numbers), None)

    def opt_out_scope(self, number: str) -> str:
        """An opt-out holds for the whole service, else for the number alone."""
        service = self.service_of(number)
        return service.sid if service else number

    def is_opted_out(self, number: str, phone: str) -> bool:
        return bool(self.opt_outs.pairs) and self.opt_outs.has(self.opt_out_scope(number), phone)
