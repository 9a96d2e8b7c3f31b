"""What every page has: its shell, forms, moments, errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Notice(StrEnum):
    """What a page says at its top after a redirect (`?notice=…`); templates hold the words."""

    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    CLIENT_ADDED = "client_added"
    CLIENT_ADDED_LANDLINE = "client_added_landline"
    CLIENT_ALREADY_MINE = "client_already_mine"
    CLIENT_REOPENED = "client_reopened"
    CLIENT_TAKEN_OVER = "client_taken_over"
    CLIENT_GREETED = "client_greeted"
    CLIENT_SAVED = "client_saved"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    TRANSFER_ASKED = "transfer_asked"
    TRANSFER_ASKED_BEFORE = "transfer_asked_before"
    MANY_TRANSFERRED = "many_transferred"
    CLOSED = "closed"
    MANY_CLOSED = "many_closed"
    REOPENED = "reopened"
    LABELS_SAVED = "labels_saved"
    SCHEDULED = "scheduled"
    SCHEDULED_SAVED = "scheduled_saved"
    SCHEDULED_CANCELED = "scheduled_canceled"
    RESENT = "resent"
    RESEND_AT_NIGHT = "resend_at_night"
    MARKED_UNREAD = "marked_unread"
    EARLIER_TEXTS = "earlier_texts"
    NUMBER_SAVED = "number_saved"
    NUMBER_IS_LANDLINE = "number_is_landline"
    NUMBER_ENDED = "number_ended"
    CLIENTS_MERGED = "clients_merged"
    TEXTS_ATTACHED = "texts_attached"
    SENDER_BLOCKED = "sender_blocked"
    SENDER_UNBLOCKED = "sender_unblocked"
    QUARANTINED_ASSIGNED = "quarantined_assigned"
    QUARANTINED_FILED = "quarantined_filed"
    QUARANTINED_IN_INBOX = "quarantined_in_inbox"
    TEXT_REFILED = "text_refiled"
    MERGED_HERE = "merged_here"
    MASS_MESSAGE_STOPPED = "mass_message_stopped"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a notice, not a password
    PASSWORD_SET = "password_set"  # noqa: S105 - a notice, not a password
    DEPARTMENT_SAVED = "department_saved"
    DEPARTMENT_CLOSED = "department_closed"
    TEST_TEXT_SENT = "test_text_sent"
    STAFF_INVITED = "staff_invited"
    STAFF_SAVED = "staff_saved"
    STAFF_DEACTIVATED = "staff_deactivated"
    STAFF_REACTIVATED = "staff_reactivated"
    INVITATION_SENT = "invitation_sent"
    RESET_LINK_SENT = "reset_link_sent"
    LANGUAGE_SAVED = "language_saved"
    COVERAGE_SET = "coverage_set"
    COLLEAGUE_COVERED = "colleague_covered"
    COVERAGE_ENDED = "coverage_ended"
    SESSIONS_ENDED = "sessions_ended"

    @property
    def is_warning(self) -> bool:
        """Whether what was asked for is not done yet."""
        return self is Notice.RESEND_AT_NIGHT


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: `iso` for machines, `short` in a list, `long` where there is room.

    `clock` is the time of day alone, for where the day stands already; `day` is the date alone.
    """

    iso: str
    short: str
    long: str
    clock: str
    day: str


@dataclass(frozen=True, slots=True)
class QuietNotice:
    """It is night for the client: their time of day, and when the quiet hours end there."""

    local_time: str
    until: str


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
    may_administer: bool = False
    may_see_quarantine: bool = False
    may_read_texts: bool = True

    @property
    def has_places(self) -> bool:
        """Whether there is more to go to than the conversations and one's own menu."""
        return (
            self.may_read_texts
            or self.may_add_client
            or self.may_mass_message
            or self.may_administer
        )

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a session."""
        return self.staff_name is not None


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`sign_in.html`; `is_empty`: nobody can sign in before the installation is set up."""

    form: Form
    next: str
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of a form that could not be taken, to be sent again."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`error.html`: what happened and what to do next; also `fragments/problem.html` for scripts.

    `action`: where to send `typed` again, as a form with a visible `body` (textarea), everything
    else hidden, and a button. `written`: texts that cannot be sent from here, to be copied.
    """

    status: int
    heading: str
    sentence: str
    retry_after: int | None = None
    back_href: str | None = None
    action: str | None = None
    typed: tuple[TypedField, ...] = ()
    written: tuple[str, ...] = ()
