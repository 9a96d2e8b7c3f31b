"""A case manager is away and a colleague covers; who is away (rule 2.10)."""

from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from clientcomm_contracts.conversations.coverage import (
    CoverageReply,
    CoveragesReply,
    EndCoverage,
    ListCoverage,
    SetCoverage,
)
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.covering import CoverageStore, views
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain import refusals_coverage as refusals
from clientcomm_conversations.domain.bodies import storable
from clientcomm_conversations.domain.coverage import (
    LONGEST,
    Coverage,
    is_too_early,
    may_be_away,
    may_cover,
)
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    department_reach,
)


async def set_coverage(writer: Writer, store: CoverageStore, request: SetCoverage) -> CoverageReply:
    """The asker is away; the cover learns of it by e-mail. Once per key."""
    return await once(
        writer,
        request.asker,
        request.repeat_key,
        CoverageReply,
        partial(_set, writer, store, request),
    )


async def end_coverage(writer: Writer, store: CoverageStore, request: EndCoverage) -> CoverageReply:
    """The period ends now. Only who is away ends it; for others there is none."""
    rights = await rights_of(writer, request.asker)
    await store.take_turn(rights.staff_id)
    coverage = await store.coverage(request.coverage_id)
    if coverage is None or coverage.staff_id != rights.staff_id:
        raise not_found("period")
    reply = await _reply(writer, store, coverage)
    await store.end(coverage.id, now=writer.now())
    return CoverageReply(coverage=reply.coverage.model_copy(update={"is_now": False}))


async def list_coverage(
    writer: Writer, store: CoverageStore, request: ListCoverage
) -> CoveragesReply:
    """Periods that concern the asker, and who might cover for them."""
    rights = await rights_of(writer, request.asker)
    now, me = writer.now(), rights.staff_id
    mine = await store.coming([me], now=now)
    supervised = department_reach(rights, DepartmentRight.READ_ALL)
    elsewhere = await store.coming_in(supervised, now=now)
    others = [one for one in elsewhere if me not in {one.staff_id, one.covered_by}]
    is_carrier = may_be_away(rights)
    colleagues = await store.colleagues() if is_carrier else ()
    return CoveragesReply(
        own=await views(store, [c for c in mine if c.staff_id == me], asker_id=me, now=now),
        covering=await views(store, [c for c in mine if c.covered_by == me], asker_id=me, now=now),
        department=await views(store, others, asker_id=me, now=now),
        colleagues=tuple(name for name, theirs in colleagues if may_cover(rights, theirs)),
        may_be_away=is_carrier,
        time_zone=await store.time_zone(me),
    )


async def _set(writer: Writer, store: CoverageStore, request: SetCoverage) -> CoverageReply:
    rights = await rights_of(writer, request.asker)
    if not may_be_away(rights):
        raise refusals.no_caseload()
    coverage = Coverage(
        id=writer.new_id(),
        staff_id=rights.staff_id,
        covered_by=request.covered_by,
        since=request.since or writer.now(),
        until=request.until,
        away_reply=storable(request.away_reply or "").strip() or None,
    )
    _check_period(coverage, now=writer.now())
    await _check_cover(writer, rights, request.covered_by)
    await store.take_turn(rights.staff_id)
    other = await store.overlapping(rights.staff_id, coverage.since, coverage.until)
    if other is not None:
        raise refusals.already_away(other.since, other.until)
    await store.add(coverage)
    await _tell_cover(writer, store, coverage)
    return await _reply(writer, store, coverage)


def _check_period(coverage: Coverage, *, now: datetime) -> None:
    if coverage.until <= now:
        raise refusals.is_over()
    if coverage.until <= coverage.since:
        raise refusals.ends_before_it_begins()
    if is_too_early(coverage.since, now=now):
        raise refusals.begins_in_the_past()
    if coverage.until - coverage.since > LONGEST:
        raise refusals.too_long()


async def _check_cover(writer: Writer, away: StaffRights, covered_by: UUID) -> None:
    cover = await writer.staff_rights(covered_by)
    if cover is None or not may_cover(away, cover):
        raise refusals.cannot_cover()


async def _tell_cover(writer: Writer, store: CoverageStore, coverage: Coverage) -> None:
    names = await store.names([coverage.staff_id])
    zone = ZoneInfo(await store.time_zone(coverage.staff_id))
    notice = Notice(
        id=coverage.id,
        staff_id=coverage.covered_by,
        kind=NoticeKind.COVERING,
        details={
            "by": names.get(coverage.staff_id, ""),
            "since": coverage.since.astimezone(zone).date().isoformat(),
            "until": coverage.until.astimezone(zone).date().isoformat(),
        },
    )
    writer.publish(SendNoticesV1(items=(notice,)))


async def _reply(writer: Writer, store: CoverageStore, coverage: Coverage) -> CoverageReply:
    (view,) = await views(store, [coverage], asker_id=coverage.staff_id, now=writer.now())
    return CoverageReply(coverage=view)
