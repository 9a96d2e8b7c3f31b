"""A supervisor or administrator enters that a colleague is away (rule 2.10)."""

from datetime import datetime

from starlette.responses import Response

from clientcomm_contracts.conversations.coverage import CoveragesReply, ListCoverage
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, fresh_form, id_of
from clientcomm_gateway.adapters.web.pages.coverage import (
    EVENING,
    LONGEST,
    MORNING,
    note_coverage,
    period_again,
    period_typed,
)
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Choice, ColleagueCoveragePage, Form, Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_


async def show(visit: Visit) -> Response:
    """An empty form."""
    values = {"since_time": MORNING, "until_time": EVENING}
    return _page(visit, await _listed(visit), fresh_form(values))


async def begin(visit: Visit, typed: Typed) -> Response:
    """The colleague is away, in the time zone of their department."""
    listed = await _listed(visit)
    zones = {one.id: one.time_zone for one in listed.may_set_for}
    try:
        staff_id = id_of(typed.line("staff_id"))
        if staff_id is None or staff_id not in zones:
            raise field_refused("staff_id", N_("Choose who is away."))
        wanted = period_typed(visit, typed, zones[staff_id], staff_id=staff_id)
        reply = await visit.ask(wanted)
    except Refused as refused:
        form = period_again(visit, typed, refused)
        return _page(visit, listed, form, status_of(refused))
    await note_coverage(visit, Deed.COVERAGE_SET, reply.coverage)
    return back("/coverage", notice=Notice.COLLEAGUE_COVERED)


async def _listed(visit: Visit) -> CoveragesReply:
    """Raises Refused for who has nobody to send away."""
    listed = await visit.ask(ListCoverage(asker=visit.asker))
    if not listed.may_set_for:
        raise not_found("page")
    return listed


def _page(visit: Visit, listed: CoveragesReply, form: Form, status: int = 200) -> Response:
    today = datetime.date(visit.site.clock.now())
    page = ColleagueCoveragePage(
        form=form,
        staff=tuple(
            Choice(str(one.id), one.full_name, str(one.id) == form.value("staff_id"))
            for one in listed.may_set_for
        ),
        covers=tuple(
            Choice(str(one.id), one.full_name, str(one.id) == form.value("covered_by"))
            for one in listed.covers
        ),
        least_date=today.isoformat(),
        last_date=(today + LONGEST).isoformat(),
    )
    return visit.site.renderer.page("coverage_colleague.html", visit.shell(), page, status=status)
