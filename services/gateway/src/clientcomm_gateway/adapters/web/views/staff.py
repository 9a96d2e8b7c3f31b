"""Views of staff, their roles, and the links by which they choose a password."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Form


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`one_time_link.html`."""

    form: Form
    action: str
    name: str
    email: str
    is_invitation: bool


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """`forgotten.html`."""

    form: Form
    is_sent: bool


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One member of staff in the list."""

    name: str
    email: str
    roles: str
    href: str
    is_active: bool
    is_invited: bool


@dataclass(frozen=True, slots=True)
class StaffListPage:
    """`staff_list.html`."""

    rows: tuple[StaffRow, ...]
    next_href: str | None


@dataclass(frozen=True, slots=True)
class RolesOfPlace:
    """The roles that can be held in one department, or everywhere."""

    place: str
    roles: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class StaffMemberPage:
    """`staff_member.html`, for a new one or a known one.

    Without `may_change` only the roles can be changed. `link_words`: what a one-time link is for.
    """

    form: Form
    name: str
    action: str
    is_new: bool
    is_active: bool
    may_change: bool
    languages: tuple[Choice, ...]
    places: tuple[RolesOfPlace, ...]
    role_error: str | None
    active_clients: int
    is_invited: bool
    is_self: bool
    link_href: str
    deactivate_href: str
    reactivate_href: str
    roles: str


@dataclass(frozen=True, slots=True)
class LeftClient:
    """A client who needs somebody else."""

    id: str
    title: str
    department: str
    unread: int
    scheduled: int
    receivers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class DeactivatePage:
    """`staff_deactivate.html`."""

    form: Form
    name: str
    action: str
    back_href: str
    clients: tuple[LeftClient, ...]
    everyone: tuple[Choice, ...]
    scheduled: int
