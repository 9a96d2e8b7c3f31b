"""Pages of a list as the classic API gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from clientcomm_simulator.adapters.asgi import Form
from clientcomm_simulator.domain.numbers import whole_number

_USUAL, _LARGEST = 50, 1000
_PAGING = {"Page", "PageSize", "PageToken"}


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for; `after` and `before` are the items it follows or precedes."""

    size: int
    number: int
    after: str | None
    before: str | None

    @classmethod
    def of(cls, query: Form) -> Self:
        token = query.get("PageToken")
        return cls(
            size=min(whole_number(query.get("PageSize")) or _USUAL, _LARGEST),
            number=whole_number(query.get("Page")) or 0,
            after=token[2:] if token.startswith("PA") else None,
            before=token[2:] if token.startswith("PB") else None,
        )


def page(  # noqa: PLR0913  a page is made of all of these
    key: str,
    items: Sequence[Mapping[str, object]],
    *,
    window: Window,
    path: str,
    query: Form,
    has_next: bool,
    has_previous: bool,
) -> dict[str, object]:
    """The page with its links; they repeat the filters of the request."""
    filters = {name: value for name, value in query.items().items() if name not in _PAGING}
    start = window.number * window.size

    def link(number: int, token: str | None = None) -> str:
        asked = {**filters, "PageSize": str(window.size), "Page": str(number)}
        return f"{path}?{urlencode(asked | ({'PageToken': token} if token else {}))}"

    following = link(window.number + 1, f"PA{items[-1]['sid']}") if has_next and items else None
    going_back = has_previous and items and window.number > 0
    return {
        key: items,
        "end": max(start + len(items) - 1, 0),
        "first_page_uri": link(0),
        "next_page_uri": following,
        "page": window.number,
        "page_size": window.size,
        "previous_page_uri": link(window.number - 1, f"PB{items[0]['sid']}")
        if going_back
        else None,
        "start": start,
        "uri": f"{path}?{urlencode(query.items())}" if query.items() else path,
    }


def plain_page(
    key: str, items: Sequence[Mapping[str, object]], *, path: str, query: Form
) -> dict[str, object]:
    """A page of a short list that is cut by position; tokens name the item before the page."""
    window = Window.of(query)
    sids = [item["sid"] for item in items]
    start = 0
    if window.after in sids:
        start = sids.index(window.after) + 1
    elif window.before in sids:
        start = max(sids.index(window.before) - window.size, 0)
    elif window.number:
        start = window.number * window.size
    chosen = items[start : start + window.size]
    return page(
        key,
        chosen,
        window=window,
        path=path,
        query=query,
        has_next=start + window.size < len(items),
        has_previous=start > 0,
    )
