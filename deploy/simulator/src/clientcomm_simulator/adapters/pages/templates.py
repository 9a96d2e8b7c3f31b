"""Pages from templates, with headers that let nothing in from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import jinja2
from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Templates:
    """Renders a template of this package; everything put into it is escaped."""

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = _moment
        self._environment.filters["instant"] = _instant

    def page(self, name: str, status: int = 200, *, content: Mapping[str, object]) -> HTMLResponse:
        text = self._environment.get_template(name).render(content)
        return HTMLResponse(text, status, headers=_HEADERS)


def _moment(seconds: float) -> str:
    """For people, until the page's script writes it in their own zone."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b, %H:%M UTC")


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
