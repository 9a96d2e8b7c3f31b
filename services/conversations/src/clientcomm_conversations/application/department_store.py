"""Where departments are kept, and the fact that is told of each change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.departments import (
    DepartmentDetail,
    DepartmentLabel,
    DepartmentList,
    DepartmentReply,
    DepartmentRules,
)
from clientcomm_contracts.conversations.events import (
    AutomaticReplies,
    DatedNumber,
    DepartmentChangedV1,
)
from clientcomm_conversations.application.directory import NewDepartment
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """A department's record, locked."""

    id: UUID
    name: str
    time_zone: str
    numbers: tuple[DatedNumber, ...]
    rules: DepartmentRules
    segments_per_second: float
    fallback_phone: str | None
    is_closed: bool
    sequence: int


class DepartmentStore(Protocol):
    """Departments, within one transaction."""

    async def lock(self, department_id: UUID) -> DepartmentRecord | None: ...
    async def take_turn(self) -> None:
        """Wait for others who give names or numbers to departments."""
        ...

    async def has_name(self, name: str, *, but: UUID) -> bool: ...
    async def owner_of(self, number: str) -> UUID | None:
        """The department that has, or had, this number."""
        ...

    async def add(self, department: NewDepartment) -> None: ...
    async def save(self, record: DepartmentRecord) -> None: ...
    async def change_number(
        self, department_id: UUID, number: str, *, number_id: UUID, now: datetime
    ) -> None: ...

    async def labels(
        self, department_id: UUID, which: DepartmentList
    ) -> Sequence[DepartmentLabel]: ...

    async def set_labels(
        self, department_id: UUID, which: DepartmentList, labels: Sequence[DepartmentLabel]
    ) -> None:
        """The list in its order, each with an id; the others are offered no more."""
        ...

    async def active_conversations(self, department_id: UUID) -> int: ...

    async def conversations(self, department_id: UUID, *, heard_since: datetime) -> tuple[int, int]:
        """How many there are, and of how many somebody texted since then."""
        ...


async def department_reply(store: DepartmentStore, record: DepartmentRecord) -> DepartmentReply:
    """A department as its administrator sees it."""
    return DepartmentReply(
        department=DepartmentDetail(
            id=record.id,
            department_name=record.name,
            time_zone=record.time_zone,
            numbers=record.numbers,
            fallback_phone=record.fallback_phone,
            is_closed=record.is_closed,
            rules=record.rules,
            statuses=tuple(await store.labels(record.id, DepartmentList.STATUSES)),
            categories=tuple(await store.labels(record.id, DepartmentList.CATEGORIES)),
            outcomes=tuple(await store.labels(record.id, DepartmentList.OUTCOMES)),
            active_conversations=await store.active_conversations(record.id),
        )
    )


def department_changed(record: DepartmentRecord, *, now: datetime) -> DepartmentChangedV1:
    """A department is new, or changed; carries its whole state."""
    return DepartmentChangedV1(
        aggregate_id=record.id,
        sequence=record.sequence,
        occurred_at=now,
        department_name=record.name,
        time_zone=record.time_zone,
        numbers=record.numbers,
        automatic_replies=AutomaticReplies(
            unknown_sender=_said(record, AutomaticText.UNKNOWN_SENDER),
            help=_said(record, AutomaticText.HELP),
        ),
        carrier_answers_help=record.rules.carrier_answers_help,
        quiet_hours=record.rules.quiet_hours,
        fallback_phone=record.fallback_phone,
        segments_per_second=record.segments_per_second,
        is_closed=record.is_closed,
    )


def _said(record: DepartmentRecord, which: AutomaticText) -> str | None:
    return automatic_text(
        which,
        department_name=record.name,
        languages=(record.rules.language,),
        own={
            language: {
                AutomaticText.UNKNOWN_SENDER: own.unknown_sender,
                AutomaticText.HELP: own.help,
            }
            for language, own in record.rules.automatic_replies.items()
        },
    )
