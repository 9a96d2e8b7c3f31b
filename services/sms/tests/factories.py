"""Texts, departments and requests for tests; keywords only for what matters."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from clientcomm_contracts.conversations.events import DatedNumber, DepartmentChangedV1
from clientcomm_contracts.sms import OutgoingText, QuietWindow, SendTextsV1
from clientcomm_contracts.values import Lane

NOON = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)
DEPARTMENT = UUID("11111111-1111-4111-8111-111111111111")
OURS = "+15005550006"
CLIENT = "+15125550101"


def a_text(
    body: str = "Your hearing is on Monday.",
    *,
    to: str = CLIENT,
    number_from: str = OURS,
    conversation_id: UUID | None = None,
    position: int = 1,
    lane: Lane = Lane.REPLY,
    segments: int = 1,
    not_after: datetime | None = None,
    quiet: QuietWindow | None = None,
    department_id: UUID = DEPARTMENT,
    message_id: UUID | None = None,
    written_at: datetime = NOON,
) -> OutgoingText:
    return OutgoingText(
        message_id=message_id or uuid4(),
        conversation_id=conversation_id or uuid4(),
        department_id=department_id,
        lane=lane,
        position=position,
        number_from=number_from,
        number_to=to,
        body=body,
        segments=segments,
        written_at=written_at,
        not_after=not_after,
        quiet=quiet,
    )


def a_command(*texts: OutgoingText) -> SendTextsV1:
    return SendTextsV1(items=texts or (a_text(),))


def a_department(
    *, numbers: tuple[str, ...] = (OURS,), rate: float = 1000.0, sequence: int = 1
) -> DepartmentChangedV1:
    return DepartmentChangedV1(
        aggregate_id=DEPARTMENT,
        sequence=sequence,
        occurred_at=NOON,
        department_name="Pretrial",
        time_zone="America/Chicago",
        numbers=tuple(DatedNumber(id=uuid4(), value=n, since=NOON) for n in numbers),
        fallback_phone="+15125550199",
        segments_per_second=rate,
    )
