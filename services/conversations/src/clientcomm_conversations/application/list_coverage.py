"""Who is away, and whose absence the asker may set (rule 2.10)."""

from collections.abc import Sequence

from clientcomm_contracts.conversations.coverage import AwayChoice, CoveragesReply, ListCoverage
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.covering import CoverageStore, views
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.coverage import (
    carried_by,
    may_be_away,
    may_cover,
    may_cover_in,
    may_set_absence,
)
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Reach,
    StaffRights,
    department_reach,
)

_People = Sequence[tuple[StaffName, StaffRights]]


async def list_coverage(
    writer: Writer, store: CoverageStore, request: ListCoverage
) -> CoveragesReply:
    """Periods that concern the asker, and who might cover for whom."""
    rights = await rights_of(writer, request.asker)
    now, me = writer.now(), rights.staff_id
    mine = await store.coming([me], now=now)
    sets = department_reach(rights, DepartmentRight.SET_ABSENCE)
    settable = await store.coming_in(sets, now=now)
    seen = _either(department_reach(rights, DepartmentRight.READ_ALL), sets)
    others = [
        one
        for one in await store.coming_in(seen, now=now)
        if me not in {one.staff_id, one.covered_by}
    ]
    ends = {one.id for one in (*settable, *mine) if one in settable or one.staff_id == me}
    own = [one for one in mine if one.staff_id == me]
    covering = [one for one in mine if one.covered_by == me]
    people = await store.colleagues() if may_be_away(rights) or not sets.is_empty() else ()
    away: _People = [(name, theirs) for name, theirs in people if _is_set_for(rights, theirs)]
    carried = carried_by(theirs for _, theirs in away)
    return CoveragesReply(
        own=await views(store, own, ends=ends, now=now),
        covering=await views(store, covering, ends=ends, now=now),
        department=await views(store, others, ends=ends, now=now),
        colleagues=tuple(name for name, theirs in people if may_cover(rights, theirs)),
        may_be_away=may_be_away(rights),
        time_zone=(await store.time_zones([me]))[me],
        may_set_for=await _choices(store, away),
        covers=tuple(name for name, theirs in people if may_cover_in(carried, theirs)),
    )


def _is_set_for(rights: StaffRights, theirs: StaffRights) -> bool:
    return theirs.staff_id != rights.staff_id and may_set_absence(rights, theirs)


async def _choices(store: CoverageStore, away: _People) -> tuple[AwayChoice, ...]:
    zones = await store.time_zones([name.id for name, _ in away]) if away else {}
    return tuple(
        AwayChoice(id=name.id, full_name=name.full_name, time_zone=zones[name.id])
        for name, _ in away
    )


def _either(one: Reach, other: Reach) -> Reach:
    return Reach(
        everywhere=one.everywhere or other.everywhere,
        departments=one.departments | other.departments,
    )
