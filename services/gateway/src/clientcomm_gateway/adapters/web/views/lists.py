"""The client list."""

from dataclasses import dataclass

from clientcomm_contracts.values import ConversationState, Direction
from clientcomm_gateway.adapters.web.views.pages import Choice, Moment


@dataclass(frozen=True, slots=True)
class LabelMark:
    """A status or category with its colour, which never stands alone."""

    kind: str
    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class FollowUpBanner:
    """How many clients of a status are due, and where to text exactly these (rule 2.12)."""

    label: str
    due: int
    message_href: str
    list_href: str


@dataclass(frozen=True, slots=True)
class BoxTab:
    """A tab above the list: `mine`, `unassigned` or `department`."""

    box: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class SortLink:
    """A column that the list can be sorted by (`name`, `unread`, `last_contact`, …)."""

    sort: str
    href: str
    is_current: bool
    is_descending: bool


@dataclass(frozen=True, slots=True)
class ListFilters:
    """The list's form, method GET, as it is in the address bar."""

    box: str
    q: str
    unread: bool
    delivery_problem: bool
    due: bool
    state: str
    language: str
    sort: str
    direction: str
    departments: tuple[Choice, ...]
    staff: tuple[Choice, ...]
    states: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    statuses: tuple[Choice, ...] = ()
    categories: tuple[Choice, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the box."""
        chosen = any(c.is_chosen and c.value for c in self._chosen_from())
        flags = self.unread or self.delivery_problem or self.due or chosen
        return bool(self.q or self.state or self.language or flags)

    def _chosen_from(self) -> tuple[Choice, ...]:
        return (*self.departments, *self.staff, *self.statuses, *self.categories)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One conversation in a list; `title` is the client's name, or the sender's number."""

    id: str
    href: str
    title: str
    phone: str
    state: ConversationState
    unread_count: int
    has_delivery_problem: bool
    is_opted_out: bool
    is_unreachable: bool
    last_text: str
    last_text_direction: Direction | None
    last_text_at: Moment | None
    last_contact_at: Moment | None
    next_appointment_at: Moment | None
    scheduled_count: int
    assigned_to: str | None
    id_number: str | None
    is_current: bool = False
    is_chosen: bool = False
    sequence: int = 0
    labels: tuple[LabelMark, ...] = ()


@dataclass(frozen=True, slots=True)
class ListView:
    """`fragments/list.html`: tabs, form, rows, paging."""

    tabs: tuple[BoxTab, ...]
    filters: ListFilters
    sorts: tuple[SortLink, ...]
    rows: tuple[ListRow, ...]
    first_href: str | None
    next_href: str | None
    clear_href: str
    unread_conversations: int
    is_live: bool
    """True for a first page without filters in default order, where a live row may be put first."""
    query: str
    """The list's parameters as a query string, carried by links to keep one's place."""
    follow_ups: tuple[FollowUpBanner, ...] = ()
    may_transfer: bool = False
    may_close: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """`conversations.html`."""

    list: ListView
