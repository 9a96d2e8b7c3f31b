"""The outermost layer: correlation, client address, body limits, security headers, figures."""

import re
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clientcomm_chassis import continued, counter, seconds
from clientcomm_contracts.correlation import correlated
from clientcomm_contracts.faults import Unavailable
from clientcomm_gateway.adapters.http.addresses import TrustedProxies

log = structlog.get_logger()

ADDRESS = "clientcomm.address"
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}")
_BIG_BODIES = ("/mass-messages", "/api/v1/mass-messages")
_BIG, _SMALL = 4 * 1024 * 1024, 256 * 1024

_requests = counter("http_requests", "Answers by kind of route and status", ["kind", "status"])
_took = seconds("http_request", "From request to the answer's first byte", ["kind"])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SECURE = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

Refuse = Callable[[Scope, int], Awaitable[Response]]
"""Makes the answer to what was refused before any route: 413, 500, 503."""


class Edge:
    """ASGI layer around everything that the gateway serves."""

    def __init__(
        self, app: ASGIApp, *, proxies: TrustedProxies, is_secure: bool, refuse: Refuse
    ) -> None:
        self._app = app
        self._proxies = proxies
        self._headers = {**_HEADERS, **(_SECURE if is_secure else {})}
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else None
        forwarded = ", ".join(headers.getlist("x-forwarded-for"))
        scope[ADDRESS] = self._proxies.visitor_of(peer, forwarded)
        correlation = _correlation(headers.get("x-correlation-id"))
        with correlated(correlation, continued(headers.get("traceparent"))):
            await self._serve(scope, receive, _Answer(send, self._headers, correlation, scope))

    async def _serve(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        limit = _BIG if scope["path"].startswith(_BIG_BODIES) else _SMALL
        try:
            if _announced(scope) > limit:
                refusal = await self._refuse(scope, 413)
                refusal.headers["Connection"] = "close"
                await refusal(scope, receive, answer)
                return
            await self._app(scope, _limited(receive, limit), answer)
        except Unavailable:
            await self._fail(scope, receive, answer, 503)
        except Exception:  # the request's boundary
            log.exception("request_failed", kind=_kind(scope["path"]))
            await self._fail(scope, receive, answer, 500)

    async def _fail(self, scope: Scope, receive: Receive, answer: "_Answer", status: int) -> None:
        if not answer.has_begun:
            await (await self._refuse(scope, status))(scope, receive, answer)


class _Answer:
    """Sends an answer with our headers, and counts it."""

    def __init__(self, send: Send, headers: dict[str, str], correlation: str, scope: Scope) -> None:
        self._send = send
        self._headers = headers
        self._correlation = correlation
        self._kind = _kind(scope["path"])
        self._since = time.perf_counter()
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers["X-Correlation-Id"] = self._correlation
            _requests.labels(self._kind, str(message["status"])).inc()
            _took.labels(self._kind).observe(time.perf_counter() - self._since)
        await self._send(message)


def _kind(path: str) -> str:
    for prefix in ("/api/", "/static/", "/health/", "/live"):
        if path.startswith(prefix):
            return prefix.strip("/")
    return "page"


def _correlation(given: str | None) -> str:
    return given if given and _CORRELATION.fullmatch(given) else uuid4().hex


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < len("99999999999999") else 1 << 60


def _limited(receive: Receive, limit: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413)
        return message

    return counted
