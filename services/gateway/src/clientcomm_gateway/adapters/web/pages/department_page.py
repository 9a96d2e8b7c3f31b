"""The page of one department, whichever of its forms was sent."""

from collections.abc import Mapping

from starlette.responses import Response

from clientcomm_contracts.conversations.departments import DepartmentDetail, DepartmentList
from clientcomm_gateway.adapters.web.forms import fresh_form
from clientcomm_gateway.adapters.web.present.choices import language_choices, zone_choices
from clientcomm_gateway.adapters.web.present.departments import (
    DAYS,
    REPLIES,
    REPLY_LANGUAGES,
    day_rows,
    label_rows,
    reply_rows,
    silent_of,
)
from clientcomm_gateway.adapters.web.speech import phone_words
from clientcomm_gateway.adapters.web.views import (
    DatedNumberRow,
    DepartmentPage,
    Form,
    LabelList,
)
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.words import N_

FIELDS = (
    "department_name",
    "time_zone",
    "fallback_phone",
    "language",
    "quiet_starts",
    "quiet_ends",
    "escalate_hours",
    "holidays",
    *(f"{day}_{end}" for day in DAYS for end in ("starts", "ends")),
    *(f"{which}_{language}" for which in REPLIES for language in REPLY_LANGUAGES),
)
NUMBER_FIELDS = ("number",)
_HEADINGS = {
    DepartmentList.STATUSES: (
        N_("Statuses"),
        N_("With a number of days, clients are listed as due when nobody wrote for that long."),
    ),
    DepartmentList.CATEGORIES: (N_("Categories"), N_("Stars with a colour and a name.")),
    DepartmentList.OUTCOMES: (N_("Outcomes"), N_("What closing a conversation asks for.")),
}


def department_page(
    visit: Visit,
    department: DepartmentDetail,
    form: Form,
    *,
    number_form: Form | None = None,
    list_errors: Mapping[DepartmentList, str] | None = None,
    status: int = 200,
) -> Response:
    """`department.html`."""
    was_sent = form.has_errors
    silent = silent_of(department.rules)
    if was_sent:
        silent = {name: bool(form.value(f"silent_{name}")) for name in silent}
    page = DepartmentPage(
        id=str(department.id),
        name=department.department_name,
        is_closed=department.is_closed,
        active_conversations=department.active_conversations,
        form=form,
        number_form=number_form or fresh_form(),
        zones=zone_choices(form.value("time_zone"), visit.speech),
        languages=language_choices(form.value("language"), visit.speech),
        days=day_rows(visit.speech),
        replies=reply_rows(silent, visit.speech),
        answers_help=bool(form.value("answers_help"))
        if was_sent
        else not department.rules.carrier_answers_help,
        numbers=tuple(
            DatedNumberRow(
                phone_words(one.value),
                visit.speech.moment(one.since, department.time_zone),
                visit.speech.moment_or_none(one.until, department.time_zone),
            )
            for one in department.numbers
        ),
        lists=tuple(_list(visit, department, which, list_errors or {}) for which in DepartmentList),
    )
    return visit.site.renderer.page("department.html", visit.shell(), page, status=status)


def _list(
    visit: Visit,
    department: DepartmentDetail,
    which: DepartmentList,
    errors: Mapping[DepartmentList, str],
) -> LabelList:
    heading, hint = _HEADINGS[which]
    return LabelList(
        which=which.value,
        heading=visit.speech.say(heading),
        hint=visit.speech.say(hint),
        action=f"/departments/{department.id}/lists/{which.value}",
        error=errors.get(which),
        form=fresh_form(),
        rows=label_rows(getattr(department, which.value), visit.speech),
        has_colours=which is not DepartmentList.OUTCOMES,
        has_days=which is DepartmentList.STATUSES,
        has_default=which is DepartmentList.OUTCOMES,
    )
