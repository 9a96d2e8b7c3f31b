"""What sms says of outbound texts, and what several reports of one text come to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.values import MessageState
from clientcomm_conversations.domain.message_states import is_success

NO_RECEIPT = "no_receipt"
"""What sms says of a text that was sent 5 days ago and has no receipt (rule 3.2)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What sms says of an outbound text."""

    version: int
    state: MessageState
    at: datetime
    error_code: str | None = None
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Where one or more reports moved a text to."""

    id: UUID
    state: MessageState
    version: int
    error_code: str | None
    segments: int | None
    sent_at: datetime | None
    delivered_at: datetime | None
    has_no_receipt: bool


def moved(message_id: UUID, report: Report, before: Moved | None) -> Moved:
    """Several reports in one batch become one change."""
    sent_at = report.at if is_success(report.state) else None
    segments = report.segments
    if before is not None:
        sent_at = before.sent_at or sent_at
        segments = segments if segments is not None else before.segments
    return Moved(
        id=message_id,
        state=report.state,
        version=report.version,
        error_code=report.error_code,
        segments=segments,
        sent_at=sent_at,
        delivered_at=report.at if report.state is MessageState.DELIVERED else None,
        has_no_receipt=(report.state, report.error_code) == (MessageState.SENT, NO_RECEIPT),
    )
