"""Being away while a colleague covers (rule 2.10)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from clientcomm_contracts.conversations.coverage import (
    CoverageView,
    EndCoverage,
    ListCoverage,
    SetCoverage,
)
from clientcomm_gateway.adapters.api.callers import Caller, Reading, Writing
from clientcomm_gateway.adapters.api.covering import Coverage, NewCoverage, coverage
from clientcomm_gateway.adapters.api.models import Page
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["People"])


@router.get("/coverage", summary="Who is away")
async def list_coverage(caller: Reading, request: Request, response: Response) -> Page[Coverage]:
    """Periods that are not over: yours, those you cover, and of departments you supervise."""
    reply = await caller.ask(ListCoverage(asker=caller.asker))
    known = {one.id: one for one in (*reply.own, *reply.covering, *reply.department)}
    return page(map(coverage, known.values()), None, request, response)


@router.post("/coverage", status_code=201, summary="Be away")
async def set_coverage(new: NewCoverage, caller: Writing) -> Coverage:
    """A colleague reads and answers from `since` (now, if left out) to `until`.

    For you, or for `staff_id` as their supervisor or administrator.
    """
    reply = await caller.ask(
        SetCoverage(
            asker=caller.asker,
            repeat_key=caller.repeat_key(new),
            staff_id=new.staff_id,
            covered_by=new.covered_by,
            since=new.since,
            until=new.until,
            away_reply=new.away_reply,
        )
    )
    await _note(caller, Deed.COVERAGE_SET, reply.coverage)
    return coverage(reply.coverage)


@router.delete("/coverage/{coverage_id}", summary="Be back")
async def end_coverage(coverage_id: UUID, caller: Writing) -> Coverage:
    """Ends a period now, yours or one that you may set; no effect if it is over already."""
    reply = await caller.ask(EndCoverage(asker=caller.asker, coverage_id=coverage_id))
    await _note(caller, Deed.COVERAGE_ENDED, reply.coverage)
    return coverage(reply.coverage)


async def _note(caller: Caller, deed: Deed, view: CoverageView) -> None:
    await caller.note_deed(deed, view.staff.id, view.covered_by.id, coverage=str(view.id))
