"""Numbers, merges, unknown senders: what the pages on whose texts these are show."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Form, Moment


@dataclass(frozen=True, slots=True)
class EarlierTextsRow:
    """Texts of an unknown sender that may be attached; POST `attach_href` with `client_id`."""

    phone: str
    texts: int
    last_at: Moment | None
    attach_href: str
    repeat_key: str


@dataclass(frozen=True, slots=True)
class NewNumberPage:
    """`client_number_new.html`: `phone, label, replaces, is_primary`, with a question `is_shared`.

    `shared_with`: names of the others who have the number, once that is the question.
    """

    client_name: str
    client_href: str
    action: str
    form: Form
    replaceable: tuple[Choice, ...]
    shared_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberPage:
    """`client_number.html`: `label, is_primary`; two ways to end it, each with its consequences."""

    client_name: str
    client_href: str
    phone: str
    is_primary: bool
    form: Form
    action: str
    end_href: str
    replace_href: str
    others: tuple[str, ...]
    scheduled: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MergeThreadRow:
    """What one department's conversation brings to the survivor."""

    department: str
    joins: bool
    messages: int
    markers: int
    scheduled: int
    unread: int


@dataclass(frozen=True, slots=True)
class MergePickPage:
    """`client_merge_pick.html`: which other client is the same person; field `q`, then links."""

    client_name: str
    client_href: str
    action: str
    q: str
    found: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MergePage:
    """`client_merge.html`: `absorb_id, name_from, primary_number_id`, and what moves."""

    client_name: str
    absorbed_name: str
    client_href: str
    action: str
    absorb_id: str
    form: Form
    names: tuple[Choice, ...]
    numbers: tuple[Choice, ...]
    threads: tuple[MergeThreadRow, ...]


@dataclass(frozen=True, slots=True)
class MaybeClientRow:
    """A client whom an unknown sender may be."""

    id: str
    name: str
    because: str
    is_ours: bool
    assigned_to: str | None


@dataclass(frozen=True, slots=True)
class AttachPage:
    """`conversation_attach.html`: field `client_id`, and a search by `q`."""

    title: str
    conversation_href: str
    action: str
    add_client_href: str
    form: Form
    q: str
    texts: int
    suggested: tuple[MaybeClientRow, ...]
