"""Who may stand in for whom, and when (rule 2.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Reach,
    Relation,
    Right,
    StaffRights,
    department_reach,
    reach,
)

LONGEST = timedelta(days=366)
_A_MOMENT_AGO = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A period in which somebody is away and somebody else covers."""

    id: UUID
    staff_id: UUID
    covered_by: UUID
    since: datetime
    until: datetime
    away_reply: str | None

    def is_now(self, now: datetime) -> bool:
        """Whether it is under way."""
        return self.since <= now < self.until


def may_be_away(rights: StaffRights) -> bool:
    """Whether there is a caseload that somebody could cover."""
    return not department_reach(rights, DepartmentRight.BE_AWAY).is_empty()


def may_cover(away: StaffRights, cover: StaffRights) -> bool:
    """True if the cover may answer for them in a department where they carry clients."""
    return away.staff_id != cover.staff_id and may_cover_in(carried_by([away]), cover)


def carried_by(people: Iterable[StaffRights]) -> Reach:
    """Where any of them carries clients."""
    reaches = [department_reach(one, DepartmentRight.BE_AWAY) for one in people]
    return Reach(
        everywhere=any(one.everywhere for one in reaches),
        departments=frozenset[UUID]().union(*(one.departments for one in reaches)),
    )


def may_cover_in(carried: Reach, cover: StaffRights) -> bool:
    """True if the cover may answer in any of these departments."""
    return _overlap(carried, reach(cover, Right.SEND, Relation.COVERING))


def may_set_absence(asker: StaffRights, away: StaffRights) -> bool:
    """One's own, or of who carries clients in a department that one supervises or administers."""
    if asker.staff_id == away.staff_id:
        return True
    return _overlap(department_reach(asker, DepartmentRight.SET_ABSENCE), carried_by([away]))


def is_too_early(since: datetime, *, now: datetime) -> bool:
    """A period cannot begin in the past; a form that was open for a while is forgiven."""
    return since < now - _A_MOMENT_AGO


def _overlap(one: Reach, other: Reach) -> bool:
    if one.is_empty() or other.is_empty():
        return False
    if one.everywhere or other.everywhere:
        return True
    return bool(one.departments & other.departments)
