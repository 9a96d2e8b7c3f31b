"""The client list's place in the address bar: box, search, filters, order, page."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from clientcomm_contracts.conversations.reading import Box, ConversationSort, ListConversations
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_gateway.adapters.web.forms import id_of
from clientcomm_gateway.domain.accounts import Account, RoleHeld, holds_any

_HIGHEST_FIRST = frozenset(
    {
        ConversationSort.UNREAD,
        ConversationSort.LAST_CONTACT,
        ConversationSort.SCHEDULED,
        ConversationSort.DELIVERY_PROBLEM,
    }
)
"""Columns whose usual order begins with the most or the newest; `dir` turns any order round."""

_LONGEST_SEARCH = 200
_LONGEST_CURSOR = 1000
_LONGEST_LANGUAGE = 10


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the list shows; field names are those of the address bar."""

    box: str = ""
    department: str = ""
    q: str = ""
    unread: str = ""
    problem: str = ""
    due: str = ""
    assigned_to: str = ""
    state: str = ""
    language: str = ""
    status: str = ""
    category: str = ""
    sort: str = ""
    dir: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, parameters: QueryParams, account: Account) -> "ListQuery":
        """Read it leniently: what makes no sense is left out, as people edit addresses."""
        given = {f.name: parameters.get(f.name, "").replace("\0", "") for f in fields(cls)}
        return cls(
            box=_one_of(Box, given["box"]) or default_box(account.roles),
            department=_id(given["department"]),
            q=given["q"].strip()[:_LONGEST_SEARCH],
            unread="1" if given["unread"] else "",
            problem="1" if given["problem"] else "",
            due="1" if given["due"] else "",
            assigned_to=_id(given["assigned_to"]),
            state=_one_of(ConversationState, given["state"]),
            language=given["language"][:_LONGEST_LANGUAGE],
            status=_id(given["status"]),
            category=_id(given["category"]),
            sort=_sort(given["sort"]),
            dir="desc" if given["dir"] == "desc" else "",
            cursor=given["cursor"][:_LONGEST_CURSOR],
        )

    def request(self, asker: Asker, *, limit: int = 100) -> ListConversations:
        """The question for conversations."""
        return ListConversations(
            asker=asker,
            box=Box(self.box),
            department_id=id_of(self.department),
            q=self.q,
            unread=True if self.unread else None,
            delivery_problem=True if self.problem else None,
            due=True if self.due else None,
            assigned_to=id_of(self.assigned_to),
            state=ConversationState(self.state) if self.state else None,
            language=self.language or None,
            status=id_of(self.status),
            category=id_of(self.category),
            sort=ConversationSort(self.sort or ConversationSort.DEFAULT),
            descending=(self.dir == "desc") is not (self.sort in _HIGHEST_FIRST),
            cursor=self.cursor or None,
            limit=limit,
        )

    @property
    def is_live(self) -> bool:
        """Whether a conversation that something happened in belongs on top."""
        return self == ListQuery(box=self.box)

    def change(self, **changes: str) -> "ListQuery":
        """The same list in another way; a changed list begins at its first page."""
        return replace(self, **{"cursor": "", **changes})

    def encoded(self, **more: str) -> str:
        """As a query string without its question mark; empty fields are left out."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return urlencode({name: value for name, value in {**own, **more}.items() if value})


def default_box(roles: Sequence[RoleHeld]) -> Box:
    """Where someone's work lies."""
    if holds_any(roles, Role.CASE_MANAGER) or not roles:
        return Box.MINE
    if holds_any(roles, Role.FRONT_DESK):
        return Box.UNASSIGNED
    return Box.DEPARTMENT


def boxes_of(account: Account, *, is_covering: bool = False) -> tuple[str, ...]:
    """The tabs that make sense for these roles; what is in them is the owner's answer."""
    boxes = []
    if account.holds(Role.CASE_MANAGER):
        boxes.append(Box.MINE)
    if is_covering:
        boxes.append(Box.COVERING)
    if account.holds(Role.FRONT_DESK, Role.SUPERVISOR, Role.ADMINISTRATOR):
        boxes.append(Box.UNASSIGNED)
    if account.holds(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR):
        boxes.append(Box.DEPARTMENT)
    return tuple(boxes) or (Box.MINE,)


def _one_of(kind: type[Box] | type[ConversationState] | type[ConversationSort], text: str) -> str:
    return text if text in {one.value for one in kind} else ""


def _sort(text: str) -> str:
    """The usual order is not written into the address, where only it is live."""
    sort = _one_of(ConversationSort, text)
    return "" if sort == ConversationSort.DEFAULT else sort


def _id(text: str) -> str:
    found: UUID | None = id_of(text)
    return str(found) if found else ""
