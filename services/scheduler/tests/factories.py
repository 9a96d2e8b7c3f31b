"""Small makers of what scheduler's tests need; keywords only for what matters."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from clientcomm_bus import Item
from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    ConversationsMergedV1,
    DepartmentChangedV1,
    MessageStateChangedV1,
    QuietHours,
)
from clientcomm_contracts.people import Grant, RepeatKey
from clientcomm_contracts.scheduler import ScheduleMessage
from clientcomm_contracts.values import Action, ConversationState, MessageState

NOW = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"
NEW_YORK = "America/New_York"
DEPARTMENT = UUID(int=1)


class HandClock:
    """A clock that a test moves."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


def a_grant(*conversation_ids: UUID, actions: Sequence[Action] = tuple(Action)) -> Grant:
    return Grant(
        staff_id=UUID(int=7),
        staff_name="Pat Rivera",
        actions=frozenset(actions),
        conversation_ids=frozenset(conversation_ids),
    )


def a_key(key: str | None = None, content: str = "same") -> RepeatKey:
    return RepeatKey(
        key=key or str(uuid4()), body_hash=hashlib.sha256(content.encode()).hexdigest()
    )


def a_request(
    conversation_id: UUID,
    *,
    local_time: datetime = datetime(2026, 6, 2, 9, 0),  # noqa: DTZ001 - wall time
    time_zone: str | None = LOS_ANGELES,
    body: str = "See you at nine",
    key: RepeatKey | None = None,
    grant: Grant | None = None,
) -> ScheduleMessage:
    return ScheduleMessage(
        grant=grant or a_grant(conversation_id),
        repeat_key=key or a_key(),
        conversation_id=conversation_id,
        body=body,
        local_time=local_time,
        time_zone=time_zone,
    )


def a_department(
    department_id: UUID,
    *,
    sequence: int = 1,
    quiet: tuple[str, str] = ("21:00", "08:00"),
    time_zone: str = LOS_ANGELES,
) -> DepartmentChangedV1:
    return DepartmentChangedV1(
        aggregate_id=department_id,
        sequence=sequence,
        occurred_at=NOW,
        department_name="Pretrial",
        time_zone=time_zone,
        numbers=(),
        quiet_hours=QuietHours(starts=quiet[0], ends=quiet[1]),
    )


def a_client(
    client_id: UUID, *, time_zone: str | None = None, sequence: int = 1
) -> ClientChangedV1:
    return ClientChangedV1(
        aggregate_id=client_id,
        sequence=sequence,
        occurred_at=NOW,
        first_name="Sam",
        last_name="Lee",
        language="en",
        time_zone=time_zone,
        numbers=(),
    )


def a_conversation(
    conversation_id: UUID,
    *,
    sequence: int = 1,
    at: datetime = NOW,
    state: ConversationState = ConversationState.OPEN,
    client_id: UUID | None = None,
    department_id: UUID = DEPARTMENT,
    merged_into: UUID | None = None,
) -> ConversationChangedV1:
    return ConversationChangedV1(
        aggregate_id=conversation_id,
        sequence=sequence,
        occurred_at=at,
        department_id=department_id,
        client_id=client_id,
        sender=None,
        state=state,
        assigned_to=UUID(int=7),
        merged_into=merged_into,
    )


def a_merge(
    survivor: UUID, absorbed: UUID, *, sequence: int = 2, at: datetime = NOW
) -> ConversationsMergedV1:
    return ConversationsMergedV1(
        aggregate_id=survivor,
        sequence=sequence,
        occurred_at=at,
        department_id=UUID(int=1),
        absorbed_id=absorbed,
        absorbed_sequence=3,
    )


def a_state_change(
    occurrence_id: UUID | None,
    state: MessageState,
    *,
    sequence: int = 5,
    error_code: str | None = None,
) -> MessageStateChangedV1:
    return MessageStateChangedV1(
        aggregate_id=UUID(int=99),
        sequence=sequence,
        occurred_at=NOW,
        message_id=uuid4(),
        department_id=UUID(int=1),
        state=state,
        error_code=error_code,
        occurrence_id=occurrence_id,
    )


def an_item(event: Event) -> Item:
    """The event as it lies in the queue, with an id of its own each time."""
    return Item(uuid4(), event.name, event.write())
