"""Clients, and the questions that adding one may raise."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.identity import EarlierTextsRow
from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment


@dataclass(frozen=True, slots=True)
class Question:
    """Rule 2.4's question; `code` says which, `people` are names to show.

    Codes: `assigned_to_colleague`, `known_in_my_department`, `known_in_other_department`,
    `number_shared`. Answers are submit buttons: name `resolve`, with `client_id` where given.
    `asks_for`: the client whose transfer may be asked for, by another button (None: no button).
    """

    code: str
    sentence: str
    people: tuple[str, ...]
    answers: tuple["Answer", ...]
    asks_for: str | None = None


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
    `zone_of_department`: in words, where there is one department only. `greeting`: departments
    that send a first text to who is added.
    """

    form: Form
    departments: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    zone_of_department: str
    greeting: tuple[str, ...]
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
    is_wrong: bool
    is_landline: bool
    edit_href: str | None


@dataclass(frozen=True, slots=True)
class ElsewhereRow:
    """Another department that has this client too."""

    department: str
    assigned_to: str | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A dated fact of a client, in words."""

    at: Moment
    words: str


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
    earlier_texts: tuple[EarlierTextsRow, ...]
    is_unreachable: bool
    add_number_href: str | None
    merge_href: str | None
    history: tuple[HistoryRow, ...] = ()
    next_appointment: Moment | None = None


@dataclass(frozen=True, slots=True)
class EditClientPage:
    """`client_edit.html`: `first_name, last_name, language, time_zone, id_number, notes`."""

    id: str
    name: str
    form: Form
    languages: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    client_href: str
