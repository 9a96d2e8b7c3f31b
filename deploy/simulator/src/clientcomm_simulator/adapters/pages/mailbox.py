"""The page with the mail that the stack sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clientcomm_simulator.adapters.mail import Mailbox

from .templates import Templates

_MOST = 200


@dataclass(frozen=True, slots=True)
class MailboxPages:
    mailbox: Mailbox
    templates: Templates = field(default_factory=Templates)

    def routes(self) -> list[Route]:
        return [
            Route("/mailbox", self.show, methods=["GET"]),
            Route("/mail", self.show, methods=["GET"]),
            Route("/mailbox/empty", self.empty, methods=["POST"]),
            Route("/mailbox/{letter_id}", self.letter, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        recipient = request.query_params.get("to", "")
        letters = list(islice(self.mailbox.newest_first(recipient), _MOST))
        return self.templates.page(
            "mailbox.html", content={"letters": letters, "recipient": recipient}
        )

    async def letter(self, request: Request) -> Response:
        letter = self.mailbox.find(request.path_params["letter_id"])
        status = 200 if letter else 404
        return self.templates.page("letter.html", status, content={"letter": letter})

    async def empty(self, _: Request) -> Response:
        self.mailbox.empty()
        return RedirectResponse("/mailbox", 303)
