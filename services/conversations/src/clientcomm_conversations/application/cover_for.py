"""A case manager is away and a colleague covers, from when to when (rule 2.10)."""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from clientcomm_contracts.conversations.coverage import CoverageReply, EndCoverage, SetCoverage
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.covering import CoverageStore, views
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.bodies import storable
from clientcomm_conversations.domain.coverage import (
    LONGEST,
    Coverage,
    is_too_early,
    may_be_away,
    may_cover,
    may_set_absence,
)
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.refusals import coverage as refusals


async def set_coverage(writer: Writer, store: CoverageStore, request: SetCoverage) -> CoverageReply:
    """Somebody is away; the cover learns of it by e-mail. Once per key."""
    return await once(writer, request, partial(_set, writer, store, request))


async def end_coverage(writer: Writer, store: CoverageStore, request: EndCoverage) -> CoverageReply:
    """The period ends now. For who may not set it there is none."""
    rights = await rights_of(writer, request.asker)
    coverage = await store.coverage(request.coverage_id)
    if coverage is None or not await _may_set(writer, rights, coverage.staff_id):
        raise not_found("period")
    await store.take_turn(coverage.staff_id)
    reply = await _reply(writer, store, coverage)
    await store.end(coverage.id, now=writer.now())
    return CoverageReply(coverage=reply.coverage.model_copy(update={"is_now": False}))


async def _set(writer: Writer, store: CoverageStore, request: SetCoverage) -> CoverageReply:
    rights = await rights_of(writer, request.asker)
    away = await _away(writer, rights, request.staff_id)
    if not may_be_away(away):
        raise refusals.no_caseload()
    coverage = Coverage(
        id=writer.new_id(),
        staff_id=away.staff_id,
        covered_by=request.covered_by,
        since=request.since or writer.now(),
        until=request.until,
        away_reply=storable(request.away_reply or "").strip() or None,
    )
    _check_period(coverage, now=writer.now())
    await _check_cover(writer, away, request.covered_by)
    await store.take_turn(away.staff_id)
    other = await store.overlapping(away.staff_id, coverage.since, coverage.until)
    if other is not None:
        raise refusals.already_away(other.since, other.until)
    await store.add(coverage)
    await _tell(writer, store, coverage, by_staff_id=rights.staff_id)
    return await _reply(writer, store, coverage)


async def _away(writer: Writer, rights: StaffRights, staff_id: UUID | None) -> StaffRights:
    """Who is away. Raises Refused for who is not the asker's to send away."""
    if staff_id is None or staff_id == rights.staff_id:
        return rights
    away = await writer.staff_rights(staff_id)
    if away is None or not may_set_absence(rights, away):
        raise not_found("colleague")
    return away


async def _may_set(writer: Writer, rights: StaffRights, staff_id: UUID) -> bool:
    if staff_id == rights.staff_id:
        return True
    away = await writer.staff_rights(staff_id)
    return away is not None and may_set_absence(rights, away)


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
    """Held as they are: who is just deactivated covers nobody."""
    cover = await writer.receiver_rights(covered_by)
    if cover is None or not may_cover(away, cover):
        raise refusals.cannot_cover()


async def _tell(
    writer: Writer, store: CoverageStore, coverage: Coverage, *, by_staff_id: UUID
) -> None:
    """The cover, and who is away if somebody else said so."""
    names = await store.names([coverage.staff_id, coverage.covered_by, by_staff_id])
    zones = await store.time_zones([coverage.staff_id])
    zone = ZoneInfo(zones[coverage.staff_id])
    days = {
        "since": coverage.since.astimezone(zone).date().isoformat(),
        "until": coverage.until.astimezone(zone).date().isoformat(),
    }
    notices = [
        Notice(
            id=coverage.id,
            staff_id=coverage.covered_by,
            kind=NoticeKind.COVERING,
            details={"by": names.get(coverage.staff_id, ""), **days},
        )
    ]
    if by_staff_id != coverage.staff_id:
        cover = names.get(coverage.covered_by, "")
        notices.append(
            Notice(
                id=uuid5(coverage.id, "covered"),
                staff_id=coverage.staff_id,
                kind=NoticeKind.COVERED,
                details={"by": names.get(by_staff_id, ""), "cover": cover, **days},
            )
        )
    writer.publish(SendNoticesV1(items=tuple(notices)))


async def _reply(writer: Writer, store: CoverageStore, coverage: Coverage) -> CoverageReply:
    (view,) = await views(store, [coverage], ends={coverage.id}, now=writer.now())
    return CoverageReply(coverage=view)
