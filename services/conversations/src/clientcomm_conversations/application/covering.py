"""Where periods of coverage are kept, and how they are shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.coverage import CoverageView
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_conversations.domain.coverage import Coverage
from clientcomm_conversations.domain.permissions import Reach, StaffRights


class CoverageStore(Protocol):
    """Periods of coverage, within one transaction."""

    async def take_turn(self, staff_id: UUID) -> None:
        """Keep others who change this person's periods waiting."""
        ...

    async def coverage(self, coverage_id: UUID) -> Coverage | None:
        """A period, locked."""
        ...

    async def overlapping(
        self, staff_id: UUID, since: datetime, until: datetime
    ) -> Coverage | None: ...

    async def add(self, coverage: Coverage) -> None: ...

    async def end(self, coverage_id: UUID, *, now: datetime) -> None: ...

    async def coming(self, staff_ids: Sequence[UUID], *, now: datetime) -> Sequence[Coverage]:
        """Periods of these people that are not over, also those in which they cover."""
        ...

    async def coming_in(self, reach: Reach, *, now: datetime) -> Sequence[Coverage]:
        """Periods of case managers of these departments that are not over."""
        ...

    async def names(self, staff_ids: Sequence[UUID]) -> dict[UUID, str]: ...

    async def caseloads(self, staff_ids: Sequence[UUID]) -> dict[UUID, int]:
        """How many open conversations each has."""
        ...

    async def colleagues(self) -> Sequence[tuple[StaffName, StaffRights]]:
        """All active staff with their roles, by name."""
        ...

    async def time_zones(self, staff_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Of a department of theirs, the first by name; UTC for who has none."""
        ...


async def views(
    store: CoverageStore, periods: Sequence[Coverage], *, ends: Collection[UUID], now: datetime
) -> tuple[CoverageView, ...]:
    """Periods with names and numbers; the asker may end those of `ends`."""
    if not periods:
        return ()
    people = sorted({one for each in periods for one in (each.staff_id, each.covered_by)})
    names = await store.names(people)
    caseloads = await store.caseloads(people)

    def name(staff_id: UUID) -> StaffName:
        return StaffName(id=staff_id, full_name=names.get(staff_id, ""))

    return tuple(
        CoverageView(
            id=one.id,
            staff=name(one.staff_id),
            covered_by=name(one.covered_by),
            since=one.since,
            until=one.until,
            away_reply=one.away_reply,
            is_now=one.is_now(now),
            may_end=one.id in ends,
            clients=caseloads.get(one.staff_id, 0),
        )
        for one in periods
    )
