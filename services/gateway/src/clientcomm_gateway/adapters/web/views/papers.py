"""What is printed, set, or read up: transcript, settings, API description."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientcomm_contracts.values import Direction, MarkerKind
from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment


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
    """`transcript.html`, made to be printed (rule 5.1).

    `is_incomplete` without `complete_up_to`: it lacks texts from its beginning on.
    """

    title: str
    conversation_href: str
    text_href: str
    zone: str
    exported_at: Moment
    exported_by: str
    is_incomplete: bool
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
