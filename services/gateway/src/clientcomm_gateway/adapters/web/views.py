"""What the page templates are given: plain, frozen, ready to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    MarkerKind,
    MessageState,
    ScheduledState,
)


class Notice(StrEnum):
    """What a page says at its top after a redirect (`?notice=…`); templates hold the words."""

    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    CLIENT_ADDED = "client_added"
    CLIENT_ALREADY_MINE = "client_already_mine"
    CLIENT_REOPENED = "client_reopened"
    CLIENT_SAVED = "client_saved"
    ASSIGNED = "assigned"
    SCHEDULED = "scheduled"
    SCHEDULED_SAVED = "scheduled_saved"
    SCHEDULED_CANCELED = "scheduled_canceled"
    RESENT = "resent"
    MARKED_UNREAD = "marked_unread"
    MERGED_HERE = "merged_here"
    MASS_MESSAGE_STOPPED = "mass_message_stopped"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a notice, not a password
    LANGUAGE_SAVED = "language_saved"
    SESSIONS_ENDED = "sessions_ended"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: `iso` for machines, `short` in a list, `long` where there is room.

    `clock` is the time of day alone, for where the day stands already.
    """

    iso: str
    short: str
    long: str
    clock: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select or a group of radio buttons."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and what is wrong with it.

    `errors` holds a sentence by field name; `problem` one that belongs to no field.
    """

    repeat_key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    is_retryable: bool = False

    def value(self, name: str) -> str:
        """What was typed into a field, or an empty string."""
        return self.values.get(name, "")

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.errors) or self.problem is not None


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page needs; in templates: `page`."""

    language: str
    path: str
    csrf_token: str
    staff_name: str | None = None
    unread_conversations: int = 0
    notice: Notice | None = None
    may_add_client: bool = False
    may_mass_message: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a session."""
        return self.staff_name is not None


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`sign_in.html`."""

    form: Form
    next: str


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of a form that could not be taken, to be sent again."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`error.html`: what happened and what to do next; also `fragments/problem.html` for scripts.

    `action`: where to send `typed` again, as a form with a visible `body` (textarea), everything
    else hidden, and a button.
    """

    status: int
    heading: str
    sentence: str
    retry_after: int | None = None
    action: str | None = None
    typed: tuple[TypedField, ...] = ()


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

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the box."""
        chosen = any(c.is_chosen and c.value for c in (*self.departments, *self.staff))
        flags = self.unread or self.delivery_problem or self.due or chosen
        return bool(self.q or self.state or self.language or flags)


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


@dataclass(frozen=True, slots=True)
class ListPage:
    """`conversations.html`."""

    list: ListView


@dataclass(frozen=True, slots=True)
class AttachmentItem:
    """A picture or file in a bubble; `href` is None while it is fetched, or cannot be had."""

    id: str
    href: str | None
    file_name: str
    content_type: str
    size: str
    is_picture: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class MessageItem:
    """A text in a thread, `fragments/thread_item.html` with `item`."""

    kind: str
    id: str
    conversation_id: str
    direction: Direction
    author: Author
    who: str
    body: str
    state: MessageState
    at: Moment
    day: str
    written_at: Moment | None
    """Set only where it differs much from `at` (a late arrival shows both, rule 3.4)."""
    problem: str | None
    problem_code: str | None
    may_resend: bool
    resend_href: str
    resend_repeat_key: str
    is_resend: bool
    was_resent: bool
    has_no_receipt: bool
    from_former_number: bool
    shared_with: tuple[str, ...]
    number: str
    attachments: tuple[AttachmentItem, ...]
    is_suspected_refusal: bool
    is_unread: bool
    is_mass_message: bool
    is_scheduled: bool


@dataclass(frozen=True, slots=True)
class MarkerItem:
    """A marker in a thread (rule 3.13), `fragments/thread_item.html` with `item`."""

    kind: str
    id: str
    conversation_id: str
    marker: MarkerKind
    at: Moment
    day: str
    who: str
    details: Mapping[str, str]


ThreadEntry = MessageItem | MarkerItem


@dataclass(frozen=True, slots=True)
class ThreadView:
    """`fragments/thread.html`: entries oldest first; `day` changes where a day line belongs."""

    conversation_id: str
    entries: tuple[ThreadEntry, ...]
    before_href: str | None
    is_newest: bool
    newest_href: str
    newest_message_id: str | None
    sequence: int


@dataclass(frozen=True, slots=True)
class ComposerView:
    """`fragments/composer.html`: fields `body`, `to_number_id`, `repeat_key`, `csrf_token`.

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
    """`fragments/assign.html`: fields `staff_id`, `repeat_key`, `csrf_token`; POST `href`."""

    href: str
    staff: tuple[Choice, ...]
    form: Form


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
    transcript_href: str
    transcript_text_href: str
    read_href: str
    unread_href: str
    unread_count: int
    moves_read_position: bool
    language: str | None
    local_time: str
    local_zone: str
    is_redirected: bool


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


@dataclass(frozen=True, slots=True)
class Question:
    """Rule 2.4's question; `code` says which, `people` are names to show.

    Codes: `assigned_to_colleague`, `known_in_my_department`, `known_in_other_department`,
    `number_shared`. Answers are submit buttons: name `resolve`, with `client_id` where given.
    """

    code: str
    sentence: str
    people: tuple[str, ...]
    answers: tuple["Answer", ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: `resolve` is `same_person`, `shared_phone` or `take_over`."""

    resolve: str
    client_id: str
    label: str


@dataclass(frozen=True, slots=True)
class NewClientPage:
    """`client_new.html`.

    Fields: `first_name, last_name, phone, department_id, language, time_zone, id_number, notes,
    consent_how, from_conversation_id, repeat_key, csrf_token`, with a question also `resolve`
    and `client_id` (an answer's button has name `answer`, value `resolve:client_id`).
    """

    form: Form
    departments: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    question: Question | None
    back_href: str


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A client's number, dated."""

    phone: str
    label: str
    since: Moment
    until: Moment | None
    is_primary: bool


@dataclass(frozen=True, slots=True)
class ElsewhereRow:
    """Another department that has this client too."""

    department: str
    assigned_to: str | None


@dataclass(frozen=True, slots=True)
class ClientPage:
    """`client.html`."""

    id: str
    name: str
    language: str
    zone: str
    id_number: str | None
    notes: str
    consent_how: str | None
    numbers: tuple[NumberRow, ...]
    elsewhere: tuple[ElsewhereRow, ...]
    conversation_href: str | None
    edit_href: str | None


@dataclass(frozen=True, slots=True)
class EditClientPage:
    """`client_edit.html`: `first_name, last_name, language, time_zone, id_number, notes`."""

    id: str
    name: str
    form: Form
    languages: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    client_href: str


@dataclass(frozen=True, slots=True)
class NewMassMessagePage:
    """`mass_message_new.html`: two forms.

    GET: the list's filters, button name `filter`. POST `/mass-messages/preview`: ticked
    `conversation_id`, hidden `conversation_id` of those chosen on other pages
    (`chosen_elsewhere`), `body`, `repeat_key`, `csrf_token`.
    """

    list: ListView
    form: Form
    chosen_elsewhere: tuple[str, ...]
    chosen_count: int


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
    percent: float


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


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """One text or marker of the print page."""

    kind: str
    local_time: str
    day: str
    direction: Direction | None
    who: str
    number_from: str
    number_to: str
    body: str
    state: str
    attachments: tuple[str, ...]
    marker: MarkerKind | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """`transcript.html`, made to be printed (rule 5.1)."""

    title: str
    conversation_href: str
    text_href: str
    zone: str
    exported_at: Moment
    exported_by: str
    complete_up_to: Moment | None
    rows: tuple[TranscriptRow, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of one's own sessions."""

    id: str
    device: str
    address: str
    began_at: Moment
    last_seen_at: Moment
    is_this: bool
    end_href: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`settings.html`.

    Forms: POST `/settings/password` (`current_password, new_password, new_password_again`),
    `/settings/language` (`language`), `/settings/sessions/end`, each session's `end_href`.
    """

    name: str
    email: str
    roles: tuple[str, ...]
    languages: tuple[Choice, ...]
    sessions: tuple[SessionRow, ...]
    password_form: Form


@dataclass(frozen=True, slots=True)
class ApiField:
    """A parameter or a field of a body."""

    name: str
    place: str
    kind: str
    is_required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One call of the API."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    fields: tuple[ApiField, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class ApiGroup:
    """Calls that belong together."""

    name: str
    operations: tuple[ApiOperation, ...]


@dataclass(frozen=True, slots=True)
class ApiDocsPage:
    """`api_docs.html`."""

    title: str
    version: str
    description: str
    openapi_href: str
    groups: tuple[ApiGroup, ...]
