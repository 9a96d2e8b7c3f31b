"""The API as a FastAPI application."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from clientcomm_gateway.adapters.api.callers import Gatekeeper
from clientcomm_gateway.adapters.api.calls import (
    asking,
    caseload,
    clients,
    conversations,
    coverage,
    departments,
    exports,
    identity,
    mass_messages,
    messages,
    people,
    quarantine,
    scheduled_messages,
    search,
    staff,
)
from clientcomm_gateway.adapters.api.problems import PROBLEMS, handle_problems
from clientcomm_gateway.adapters.store.exports import PostgresExports
from clientcomm_gateway.adapters.web.site import ObjectReader
from clientcomm_gateway.application.send_link import SendLink

DESCRIPTION = """\
Everything that the pages can do, for programs.

Send your token with each call: `Authorization: Bearer cc_…`. Bodies and answers are JSON. Times
are UTC in RFC 3339, with `local_time` and `time_zone` beside them where a person chose one.
Lists answer `{"items": […], "next": …}` and a `Link` header; give `next` back as `cursor` (as
`before` for messages). A call that fails answers problem details (RFC 9457) with a `code`.

`Idempotency-Key` is taken by every POST, and required where texts go out: the same key with the
same body gives the same answer for 7 days, with another body 422. After a 503, or no answer at
all, call again with the same key.
"""


def api_application(
    gatekeeper: Gatekeeper,
    objects: ObjectReader,
    exports_kept: PostgresExports,
    send_link: SendLink,
) -> FastAPI:
    """REST API v1, with its description at `/openapi.json` and no pages from other hosts."""
    app = FastAPI(
        title="ClientComm API",
        version="1.0",
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "/api/v1"}],
        responses=PROBLEMS,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.gatekeeper = gatekeeper
    app.state.objects = objects
    app.state.exports = exports_kept
    app.state.send_link = send_link
    for part in (
        people,
        clients,
        asking,
        identity,
        quarantine,
        conversations,
        coverage,
        caseload,
        messages,
        search,
        scheduled_messages,
        mass_messages,
        exports,
        staff,
        departments,
    ):
        app.include_router(part.router)
    handle_problems(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
