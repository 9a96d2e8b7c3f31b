"""Telephone calls, as far as a carrier of texts needs them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CallStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


FINAL_CALLS = frozenset(
    {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.CANCELED,
    }
)


@dataclass(slots=True)
class Call:
    """`direction` is inbound or outbound-api."""

    sid: str
    sender: str
    to: str
    direction: str
    status: CallStatus
    created_at: float
    updated_at: float
    status_callback: str | None = None

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_CALLS

    @property
    def started_at(self) -> float | None:
        """None until it has ended: the carrier tells both at once."""
        return self.created_at if self.is_final else None

    @property
    def ended_at(self) -> float | None:
        return self.updated_at if self.is_final else None
