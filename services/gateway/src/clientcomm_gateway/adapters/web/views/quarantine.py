"""Texts that reached no open department, as their page shows them."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Moment


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One text: `department_id` is posted to `assign_href` or `file_href`, where it is not None.

    `body` None: not to be read here. `closed_department`: it has the number that was texted.
    """

    id: str
    number_from: str
    number_to: str
    kind: str
    received_at: Moment
    department: str | None
    closed_department: str | None
    body: str | None
    assign_href: str | None
    file_href: str
    departments: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """`quarantine.html`; `zone`: of its times, in words."""

    rows: tuple[QuarantinedRow, ...]
    zone: str
    next_href: str | None
