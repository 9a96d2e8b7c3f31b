"""Being away, and standing in for colleagues."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A period; `end_href` is there for who may end it."""

    id: str
    staff: str
    covered_by: str
    since: Moment
    until: Moment
    away_reply: str | None
    is_now: bool
    clients: int
    end_href: str | None


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """`coverage.html`: fields `covered_by`, dates and times of `since` and `until`, `away_reply`.

    `form` is None for who carries no caseload.
    """

    own: tuple[CoverageRow, ...]
    covering: tuple[CoverageRow, ...]
    department: tuple[CoverageRow, ...]
    form: Form | None
    colleagues: tuple[Choice, ...]
    colleague_href: str | None
    zone: str
    least_date: str
    last_date: str


@dataclass(frozen=True, slots=True)
class ColleagueCoveragePage:
    """`coverage_colleague.html`: the fields of one's own absence, and `staff_id`."""

    form: Form
    staff: tuple[Choice, ...]
    covers: tuple[Choice, ...]
    least_date: str
    last_date: str
