"""Who may stand in for whom, and when (rule 2.10)."""

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
    carried = department_reach(away, DepartmentRight.BE_AWAY)
    answered = reach(cover, Right.SEND, Relation.COVERING)
    return away.staff_id != cover.staff_id and _overlap(carried, answered)


def is_too_early(since: datetime, *, now: datetime) -> bool:
    """A period cannot begin in the past; a form that was open for a while is forgiven."""
    return since < now - _A_MOMENT_AGO


def _overlap(one: Reach, other: Reach) -> bool:
    if one.is_empty() or other.is_empty():
        return False
    if one.everywhere or other.everywhere:
        return True
    return bool(one.departments & other.departments)
