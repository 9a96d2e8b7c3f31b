"""Being away while a colleague covers (rule 2.10)."""

import asyncio
from datetime import date, datetime, time, timedelta
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.coverage import (
    CoveragesReply,
    CoverageView,
    EndCoverage,
    ListCoverage,
    SetCoverage,
)
from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import zone_of, zone_words
from clientcomm_gateway.adapters.web.views import Choice, CoveragePage, CoverageRow, Form, Notice
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_HERE = "/coverage"
_FIELDS = (
    "staff_id",
    "covered_by",
    "since_date",
    "since_time",
    "until_date",
    "until_time",
    "away_reply",
)
_FIELD_OF = {"since": "since_date", "until": "until_date"}
LONGEST = timedelta(days=366)
_LONGEST_TEXT = 1600
MORNING, EVENING = "08:00", "17:00"


async def show(visit: Visit) -> Response:
    """Who is away, and a form to be away oneself."""
    values = {"since_time": MORNING, "until_time": EVENING}
    return await _page(visit, fresh_form(values))


async def begin(visit: Visit, typed: Typed) -> Response:
    """A colleague covers from now on, or from a later time."""
    listed = await visit.ask(ListCoverage(asker=visit.asker))
    try:
        reply = await visit.ask(period_typed(visit, typed, listed.time_zone))
    except Refused as refused:
        form = period_again(visit, typed, refused)
        return await _page(visit, form, status_of(refused))
    await note_coverage(visit, Deed.COVERAGE_SET, reply.coverage)
    return back(_HERE, notice=Notice.COVERAGE_SET)


async def end(visit: Visit, _typed: Typed) -> Response:
    """Back again."""
    coverage_id = id_of(visit.request.path_params["coverage_id"])
    if coverage_id is None:
        raise not_found("period")
    reply = await visit.ask(EndCoverage(asker=visit.asker, coverage_id=coverage_id))
    await note_coverage(visit, Deed.COVERAGE_ENDED, reply.coverage)
    return back(_HERE, notice=Notice.COVERAGE_ENDED)


def period_again(visit: Visit, typed: Typed, refused: Refused) -> Form:
    """What was typed, with what is wrong beside its field."""
    field = _FIELD_OF.get(refused.field or "", refused.field)
    shown = Refused(refused.code, refused.sentence, kind=refused.kind, field=field)
    return form_again(typed, shown, visit.speech, _FIELDS)


def period_typed(
    visit: Visit, typed: Typed, zone: str, *, staff_id: UUID | None = None
) -> SetCoverage:
    """The period that was typed, in this zone. Raises Refused."""
    covered_by = id_of(typed.line("covered_by"))
    if covered_by is None:
        raise field_refused("covered_by", N_("Choose who covers."))
    until = _instant(typed, "until", zone)
    if until is None:
        raise field_refused("until_date", N_("Enter the last day of this time."))
    away_reply = typed.text("away_reply").replace("\r\n", "\n").strip()
    if len(away_reply) > _LONGEST_TEXT:
        raise field_refused("away_reply", N_("This is too long. Shorten it."))
    return SetCoverage(
        asker=visit.asker,
        repeat_key=typed.repeat_key,
        staff_id=staff_id,
        covered_by=covered_by,
        since=_instant(typed, "since", zone),
        until=until,
        away_reply=away_reply or None,
    )


def _instant(typed: Typed, name: str, zone: str) -> datetime | None:
    """None where no date was typed; the time of day has its usual value then."""
    day, clock = typed.line(f"{name}_date"), typed.line(f"{name}_time")
    if not day:
        return None
    usual = MORNING if name == "since" else EVENING
    try:
        at = datetime.combine(
            date.fromisoformat(day), time.fromisoformat(clock or usual), zone_of(zone)
        )
        return at.astimezone(zone_of("UTC"))
    except (ValueError, OverflowError):
        raise field_refused(f"{name}_date", N_("Enter a date and a time.")) from None


async def note_coverage(visit: Visit, deed: Deed, coverage: CoverageView) -> None:
    """Who is away, and who covers, in the audit log."""
    await visit.note_deed(
        deed,
        coverage.staff.id,
        coverage.covered_by.id,
        coverage=str(coverage.id),
        until=coverage.until.isoformat(),
    )


async def _page(visit: Visit, form: Form, status: int = 200) -> Response:
    me, listed = await asyncio.gather(visit.me(), visit.ask(ListCoverage(asker=visit.asker)))
    page = _view(visit, me, listed, form)
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("coverage.html", shell, page, status=status)


def _view(visit: Visit, me: MeReply, listed: CoveragesReply, form: Form) -> CoveragePage:
    today = visit.site.clock.now().astimezone(zone_of(listed.time_zone)).date()

    def rows(views: tuple[CoverageView, ...]) -> tuple[CoverageRow, ...]:
        return tuple(_row(visit, view, listed.time_zone) for view in views)

    return CoveragePage(
        own=rows(listed.own),
        covering=rows(listed.covering),
        department=rows(listed.department),
        form=form if listed.may_be_away else None,
        colleagues=tuple(
            Choice(str(one.id), one.full_name, str(one.id) == form.value("covered_by"))
            for one in listed.colleagues
            if one.id != me.staff.id
        ),
        colleague_href=f"{_HERE}/colleague" if listed.may_set_for else None,
        zone=zone_words(listed.time_zone, visit.language),
        least_date=today.isoformat(),
        last_date=(today + LONGEST).isoformat(),
    )


def _row(visit: Visit, view: CoverageView, zone: str) -> CoverageRow:
    return CoverageRow(
        id=str(view.id),
        staff=view.staff.full_name,
        covered_by=view.covered_by.full_name,
        since=visit.speech.moment(view.since, zone),
        until=visit.speech.moment(view.until, zone),
        away_reply=view.away_reply,
        is_now=view.is_now,
        clients=view.clients,
        end_href=f"{_HERE}/{view.id}/end" if view.may_end else None,
    )
