"""A conversation beside the list, and what is written in it."""

from dataclasses import dataclass

from clientcomm_contracts.values import ConversationState, ScheduledState
from clientcomm_gateway.adapters.web.views.identity import MaybeClientRow
from clientcomm_gateway.adapters.web.views.lists import LabelMark, ListView
from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment, QuietNotice
from clientcomm_gateway.adapters.web.views.threads import ThreadEntry, ThreadView


@dataclass(frozen=True, slots=True)
class IntroductionItem:
    """Who had the client before, and their note, until the receiver has written (rule 2.9)."""

    from_staff: str
    since: Moment
    note: str


@dataclass(frozen=True, slots=True)
class ComposerView:
    """`fragments/composer.html`: fields `body`, `to_number_id`, `repeat_key`, `csrf_token`.

    With `quiet` also `quiet_shown`: who saw the warning may send.

    Buttons: send (POST `send_href`), send later (`formaction=send_later_href`, POST, keeps body).
    """

    conversation_id: str
    send_href: str
    send_later_href: str
    form: Form
    numbers: tuple[Choice, ...]
    to_number: str
    may_send: bool
    cannot_send_because: str | None
    is_opted_out: bool
    shared_with: tuple[str, ...] = ()
    introduction: IntroductionItem | None = None
    reopen_href: str | None = None
    quiet: QuietNotice | None = None


@dataclass(frozen=True, slots=True)
class ScheduledRow:
    """A scheduled message in a conversation."""

    id: str
    body: str
    due_at: Moment
    zone: str
    state: ScheduledState
    by: str
    refusal: str | None
    is_shifted: bool
    edit_href: str | None
    cancel_href: str | None


@dataclass(frozen=True, slots=True)
class AssignView:
    """`fragments/assign.html`: fields `staff_id`, `repeat_key`, `csrf_token`; POST `href`.

    `maybe`: clients whom the sender may be; who may attach does so at `attach_href`.
    """

    href: str
    staff: tuple[Choice, ...]
    form: Form
    maybe: tuple[MaybeClientRow, ...]
    attach_href: str


@dataclass(frozen=True, slots=True)
class ConversationHead:
    """Above the thread."""

    id: str
    title: str
    phone: str
    state: ConversationState
    department: str
    assigned_to: str | None
    is_mine: bool
    is_opted_out: bool
    client_href: str | None
    add_client_href: str | None
    attach_href: str | None
    block_href: str | None
    search_href: str | None
    transcript_href: str | None
    transcript_text_href: str | None
    read_href: str
    unread_href: str
    unread_count: int
    moves_read_position: bool
    language: str | None
    local_time: str
    local_zone: str
    is_redirected: bool
    labels: tuple[LabelMark, ...] = ()
    transfer_href: str | None = None
    close_href: str | None = None
    labels_href: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """`conversation.html`: the list beside the thread."""

    list: ListView
    conversation: ConversationHead
    thread: ThreadView
    composer: ComposerView
    scheduled: tuple[ScheduledRow, ...]
    scheduled_problem: str | None
    assign: AssignView | None
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class SentFragment:
    """`fragments/sent.html`: answers htmx after a send: the new bubble and an empty composer."""

    entry: ThreadEntry
    composer: ComposerView


@dataclass(frozen=True, slots=True)
class ScheduledMessagePage:
    """`scheduled_message.html`: fields `body`, `local_date`, `local_time`, `repeat_key`."""

    conversation_href: str
    title: str
    zone: str
    form: Form
    action: str
    cancel_href: str | None
    is_new: bool
    least_date: str
    last_date: str
    is_in_quiet_hours: bool
