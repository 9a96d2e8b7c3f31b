"""Transfers, closings and labels: of one conversation, and of many that were ticked."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.lists import ListView
from clientcomm_gateway.adapters.web.views.mass_messages import SkippedRow
from clientcomm_gateway.adapters.web.views.pages import Choice, Form


@dataclass(frozen=True, slots=True)
class MovesView:
    """In numbers, what a transfer moves or a closing ends."""

    conversations: int
    unread_texts: int
    scheduled_texts: int
    appointments: int


@dataclass(frozen=True, slots=True)
class TransferPage:
    """`transfer.html`: fields `staff_id`, `note`, `tell_client`; POST `href`."""

    title: str
    href: str
    back_href: str
    moves: MovesView
    staff: tuple[Choice, ...]
    form: Form
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ClosePage:
    """`close.html`: fields `outcome_id`, `unread_shown`; POST `href`."""

    title: str
    href: str
    back_href: str
    moves: MovesView
    outcomes: tuple[Choice, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class LabelsPage:
    """`labels.html`: fields `status_id`, `category_id`; POST `href`."""

    title: str
    href: str
    back_href: str
    statuses: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """`caseload_new.html`: ticked `conversation_id`, and to whom or with which outcome.

    `choices` are receivers for a transfer (`field` is `staff_id`), else outcomes (`outcome_id`).
    Buttons post to `{root}/edit` (find, next page, `?all=1`: all that match), `{root}/preview`.
    """

    is_transfer: bool
    list: ListView
    field: str
    choices: tuple[Choice, ...]
    root: str
    cursor: str | None
    form: Form
    chosen_elsewhere: tuple[str, ...]
    chosen_count: int


@dataclass(frozen=True, slots=True)
class CaseloadPreviewPage:
    """`caseload_preview.html`: POST `href` with hidden fields, or back to `edit_href` to change."""

    is_transfer: bool
    href: str
    edit_href: str
    moves: MovesView
    field: str
    choice: Choice | None
    note: str
    conversation_ids: tuple[str, ...]
    left_out: tuple[SkippedRow, ...]
    form: Form
