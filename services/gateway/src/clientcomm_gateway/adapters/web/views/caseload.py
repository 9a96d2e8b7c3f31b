"""Transfers, closings and labels: of one conversation, and of many that were ticked."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.mass_messages import SkippedRow
from clientcomm_gateway.adapters.web.views.pages import Choice, Form
from clientcomm_gateway.adapters.web.views.picker import ClientPicker


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
    """`caseload_new.html`: whom, and to whom or with which outcome; POST `{root}/preview`.

    `choices` are receivers for a transfer (`staff_id`), else outcomes (`outcome_id`).
    """

    is_transfer: bool
    choices: tuple[Choice, ...]
    root: str
    form: Form
    picker: ClientPicker


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
