"""Texts and markers of a thread."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState
from clientcomm_gateway.adapters.web.views.pages import Choice, Moment, QuietNotice


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
    """A text in a thread, `macros/items.html`."""

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
    refile_to: tuple[Choice, ...]
    refile_href: str
    number: str
    attachments: tuple[AttachmentItem, ...]
    is_suspected_refusal: bool
    is_unread: bool
    is_mass_message: bool
    is_scheduled: bool
    quiet: QuietNotice | None = None
    """Set where it may be sent again, but at night for the client (rule 3.9)."""


@dataclass(frozen=True, slots=True)
class MarkerItem:
    """A marker in a thread (rule 3.13), `macros/items.html`."""

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
    """`fragments/thread.html`: entries oldest first; `day` changes where a day line belongs.

    `is_hidden`: who looks may know of the conversation, but not read it (rule 1.1).
    """

    conversation_id: str
    entries: tuple[ThreadEntry, ...]
    before_href: str | None
    is_newest: bool
    newest_href: str
    newest_message_id: str | None
    sequence: int
    is_hidden: bool = False
