"""One text, outbound or inbound, with everything the carrier knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .delivery import DELIVERED, Fate
from .status import FINAL, Direction, Status

LONGEST_BODY = 1600
MOST_MEDIA = 10
LONGEST_VALIDITY = 36_000


class Timer(Protocol):
    """Something planned that can be called off."""

    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]


@dataclass(slots=True, eq=False)
class Message:
    """Mutable on purpose: a hundred thousand of them live in memory and change in place.

    Times are seconds since the epoch; `ordinal` gives the order of acceptance and is never reused.
    """

    sid: str
    ordinal: int
    direction: Direction
    sender: str | None
    to: str
    body: str
    segments: int
    status: Status
    created_at: float
    updated_at: float
    media: tuple[str, ...] = ()
    service_sid: str | None = None
    status_callback: str | None = None
    validity: int = LONGEST_VALIDITY
    send_at: float | None = None
    sent_at: float | None = None
    final_at: float | None = None
    error_code: int = 0
    is_redacted: bool = False
    is_deleted: bool = False
    is_carriers_own: bool = False
    media_urls: tuple[str, ...] = ()
    webhook_status: int | None = None
    timer: Timer | None = None
    fate: Fate = DELIVERED

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def phone(self) -> str:
        """The number of the handset, on whichever side it is."""
        if self.direction is Direction.INBOUND:
            return self.sender or ""
        return self.to

    @property
    def line(self) -> str | None:
        """The number of ours, on whichever side it is."""
        return self.to if self.direction is Direction.INBOUND else self.sender

    @property
    def visible_body(self) -> str:
        """The body as the carrier still has it; the ledger keeps the original."""
        return "" if self.is_redacted else self.body

    def move(self, status: Status, *, at: float, code: int = 0) -> None:
        """To another state, with the times that go with it."""
        self.status = status
        self.updated_at = at
        if status is Status.SENT:
            self.sent_at = at
        elif status in FINAL:
            self.final_at = at
            self.timer = None
        if code:
            self.error_code = code

    def forget_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or other attachment of a message; its bytes are kept by the adapter."""

    sid: str
    message_sid: str
    content_type: str
    size: int
    created_at: float
