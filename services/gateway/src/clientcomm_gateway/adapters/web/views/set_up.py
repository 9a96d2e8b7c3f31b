"""Views of the first-run set-up."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.pages import Choice, Form


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """`set_up.html`."""

    form: Form
    zones: tuple[Choice, ...]
    has_clients: bool


@dataclass(frozen=True, slots=True)
class TestTextPage:
    """`test_text.html`."""

    form: Form
    text: str
    may_send: bool
