"""Pages of a list: `items`, `next`, and a `Link` header."""

from collections.abc import Iterable
from typing import TypeVar

from fastapi import Request, Response

from clientcomm_gateway.adapters.api.models import Page

T = TypeVar("T")


def page(
    items: Iterable[T],
    cursor: str | None,
    request: Request,
    response: Response,
    *,
    parameter: str = "cursor",
) -> Page[T]:
    """A page, with a link to the next one (RFC 8288), relative to where one is."""
    if cursor is not None:
        url = request.url.include_query_params(**{parameter: cursor})
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return Page(items=list(items), next=cursor)
