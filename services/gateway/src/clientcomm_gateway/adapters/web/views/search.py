"""Search over the text of messages."""

from dataclasses import dataclass

from clientcomm_contracts.values import Direction
from clientcomm_gateway.adapters.web.views.pages import Moment


@dataclass(frozen=True, slots=True)
class SnippetPiece:
    """A piece of a found text; marked where it is one of the words looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A text that was found; `href` opens its conversation at this text."""

    href: str
    title: str
    direction: Direction
    who: str
    at: Moment
    assigned_to: str | None
    is_closed: bool
    pieces: tuple[SnippetPiece, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`search.html`: fields `q` and `box` (empty: all that one may read), asked by GET.

    `within` names the one conversation that is searched, if it is only one.
    """

    q: str
    is_mine_only: bool
    may_widen: bool
    within: str | None
    within_id: str | None
    within_href: str | None
    rows: tuple[FoundRow, ...]
    next_href: str | None
    first_href: str | None
    problem: str | None
