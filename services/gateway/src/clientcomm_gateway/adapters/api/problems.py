"""Problem details (RFC 9457) for everything that the API refuses or cannot do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clientcomm_bus import RequestFailed
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.http.statuses import status_of

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2
_UNPROCESSABLE = 422

_CODES = {
    400: ("bad_request", "The request could not be understood."),
    401: ("unauthorized", "Send a valid API token: Authorization: Bearer cc_…"),
    403: ("not_allowed", "You may not do this."),
    404: ("not_found", "This does not exist, or is not yours."),
    405: ("method_not_allowed", "This address cannot be used in this way."),
    413: ("too_large", "The request is larger than can be taken."),
    415: ("unsupported_media_type", "Send JSON."),
    422: ("invalid", "Something in the request cannot be as it is."),
    429: ("too_many_requests", "Too many requests. Wait, then try again."),
    500: ("failed", "The fault is ours and has been noted."),
    503: ("unavailable", "Not available just now. Call again with the same key: it is done once."),
}


class FieldProblem(BaseModel):
    """What is wrong with one field, never with its value in it."""

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """Problem details; further members depend on `code`."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(description="For programs; does not change.")]
    errors: list[FieldProblem] | None = None


def problem(
    status: int,
    *,
    code: str | None = None,
    detail: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    details: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with problem details."""
    known_code, known_detail = _CODES.get(status, _CODES[400 if status < 500 else 500])  # noqa: PLR2004 - whose fault
    body: dict[str, object] = {
        **(details or {}),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code or known_code,
        "detail": detail or known_detail,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(
        orjson.dumps(body, default=str), status, dict(headers or {}), media_type=MEDIA_TYPE
    )


def bare_problem(status: int) -> Response:
    """The answer to what was refused before any route."""
    return problem(status, headers=_retry(status))


def handle_problems(app: FastAPI) -> None:
    """Every fault becomes a problem."""

    async def on_refused(_request: Request, fault: Exception) -> Response:
        assert isinstance(fault, Refused)
        return of_refusal(fault)

    async def on_unavailable(_request: Request, _fault: Exception) -> Response:
        return bare_problem(503)

    async def on_failed(_request: Request, _fault: Exception) -> Response:
        return bare_problem(500)

    async def on_invalid(_request: Request, fault: Exception) -> Response:
        assert isinstance(fault, RequestValidationError)
        return of_validation(fault)

    async def on_http(_request: Request, fault: Exception) -> Response:
        assert isinstance(fault, HTTPException)
        return problem(fault.status_code, headers=fault.headers)

    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(Unavailable, on_unavailable)
    app.add_exception_handler(RequestFailed, on_failed)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


def of_refusal(fault: Refused) -> Response:
    """An owner's refusal, with its code and what it says beside."""
    status = status_of(fault)
    errors = (
        [{"field": fault.field, "code": fault.code, "detail": fault.sentence}]
        if fault.field
        else []
    )
    return problem(
        status,
        code=fault.code,
        detail=fault.sentence,
        errors=errors,
        details=fault.details,
        headers=_retry(status),
    )


def of_validation(fault: RequestValidationError) -> Response:
    """What the request's own form forbids; a body that is no JSON at all is a 400."""
    found: Sequence[Any] = fault.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, code="invalid_json", detail="The body is not JSON.")
    errors = [
        {"field": _place(one["loc"]), "code": str(one["type"]), "detail": str(one["msg"])}
        for one in found
    ]
    return problem(_UNPROCESSABLE, code="invalid", errors=errors)


def _place(location: Sequence[str | int]) -> str:
    """`body.local_time` becomes `local_time`: callers know where they put it."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts[:1] != [] and len(parts) > 1 else parts)


def _retry(status: int) -> Mapping[str, str]:
    return {"Retry-After": str(RETRY_AFTER)} if status in {429, 503} else {}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "model": Problem,
        "content": {MEDIA_TYPE: {}},
    }
    for status in (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
}
