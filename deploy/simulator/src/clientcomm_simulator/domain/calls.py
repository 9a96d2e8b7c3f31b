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
