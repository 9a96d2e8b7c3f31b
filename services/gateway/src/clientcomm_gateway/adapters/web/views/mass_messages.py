"""Mass messages: choosing, preview, progress."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Form, Moment
from clientcomm_gateway.adapters.web.views.picker import ClientPicker


@dataclass(frozen=True, slots=True)
class NewMassMessagePage:
    """`mass_message_new.html`: POST `/mass-messages/preview`.

    Fields: those of the picker, `body`, `repeat_key`, `csrf_token`.
    """

    form: Form
    picker: ClientPicker


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """Someone left out, and why."""

    title: str
    href: str
    reason: str


@dataclass(frozen=True, slots=True)
class MassMessagePreviewPage:
    """`mass_message_preview.html`: POST `/mass-messages` with hidden fields, or back to change.

    Hidden: `conversation_id` (many), `body`, `repeat_key`, `csrf_token`. Going back is a button
    with formaction `/mass-messages/edit`.
    """

    body: str
    conversation_ids: tuple[str, ...]
    recipients: int
    segments: int
    ends_at: Moment | None
    skipped: tuple[SkippedRow, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many recipients' texts are in a state (`waiting` for those not yet written)."""

    state: str
    count: int


@dataclass(frozen=True, slots=True)
class MassMessagePage:
    """`mass_message.html`; `fragments/mass_progress.html` is fetched again every 2 s."""

    id: str
    body: str
    by: str
    created_at: Moment
    recipients: int
    done: int
    segments: int
    states: tuple[StateCount, ...]
    skipped: tuple[SkippedRow, ...]
    is_stopped: bool
    is_finished: bool
    ends_at: Moment | None
    stop_href: str | None
    progress_href: str
