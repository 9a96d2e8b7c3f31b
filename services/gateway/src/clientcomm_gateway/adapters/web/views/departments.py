"""Views of departments and their settings."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """One department in the list."""

    name: str
    number: str
    zone: str
    href: str


@dataclass(frozen=True, slots=True)
class DepartmentListPage:
    """`department_list.html`."""

    rows: tuple[DepartmentLine, ...]
    may_add: bool


@dataclass(frozen=True, slots=True)
class NewDepartmentPage:
    """`department_new.html`."""

    form: Form
    zones: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class DatedNumberRow:
    """A number of the department, now or before."""

    phone: str
    since: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """The names of one day's fields."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A text that the department answers with by itself, in one language."""

    name: str
    label: str
    hint: str
    has_built_in: bool
    is_silent: bool


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One entry of a list; without an id an empty line for a new one."""

    place: int
    id: str
    label: str
    colours: tuple[Choice, ...]
    follow_up_days: str
    is_offered: bool
    is_default: bool


@dataclass(frozen=True, slots=True)
class LabelList:
    """One of the department's own lists, as a form."""

    which: str
    heading: str
    hint: str
    action: str
    error: str | None
    form: Form
    rows: tuple[LabelRow, ...]
    has_colours: bool
    has_days: bool
    has_default: bool


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    """`department.html`."""

    id: str
    name: str
    is_closed: bool
    active_conversations: int
    form: Form
    number_form: Form
    zones: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    days: tuple[DayRow, ...]
    replies: tuple[ReplyRow, ...]
    answers_help: bool
    numbers: tuple[DatedNumberRow, ...]
    lists: tuple[LabelList, ...]


@dataclass(frozen=True, slots=True)
class CloseDepartmentPage:
    """`department_close.html`: how many are active, kept, receive on, and texted lately."""

    form: Form
    name: str
    action: str
    back_href: str
    active_conversations: int
    conversations: int
    numbers: int
    lately_heard: int
