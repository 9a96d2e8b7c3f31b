"""The HTTP client plugged into the carrier's library: explicit limits, kept connections, no retry.

A kept connection belongs to one thread and is not used again after a short idle time, because one
that the other side has closed meanwhile would make a hand-over ambiguous.
"""

import logging
import threading
import time
from base64 import b64encode
from functools import lru_cache
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit
from weakref import WeakSet

from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

CONNECT_WITHIN = 4.0
ANSWER_WITHIN = 10.0
_IDLE_LIMIT = 4.0
_TRUSTED = 0.5
_LARGEST = 4_000_000


class NotWritten(Exception):
    """The request never left: nobody listens, no name, no TLS. It may be made again."""


class NoAnswer(Exception):
    """The request left, or part of it, and no whole answer came."""


class _Own:
    """What one thread keeps; closed when the thread ends."""

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.origin: tuple[str, str] | None = None
        self.used_at = 0.0

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def __del__(self) -> None:
        self.close()


class _Kept(threading.local):
    def __init__(self, all_of_them: "WeakSet[_Own]") -> None:
        self.own = _Own()
        all_of_them.add(self.own)


class CarrierHttpClient(HttpClient):  # type: ignore[misc]  # the library ships no types
    """What the library calls for each request; safe to share among threads."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=False)
        self._all: WeakSet[_Own] = WeakSet()
        self._kept = _Kept(self._all)

    def close(self) -> None:
        """Close every thread's connection; call it when nothing is under way."""
        for own in list(self._all):
            own.close()

    def request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours hold
        allow_redirects: bool = False,  # noqa: ARG002 - a redirect is an answer
    ) -> Response:
        """One request on this thread's connection. Raises NotWritten or NoAnswer."""
        connection, path = self._connected(uri)
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = _basic(*auth)
        if params:
            path += ("&" if "?" in path else "?") + urlencode(_plain(params), doseq=True)
        body = urlencode(_plain(data), doseq=True).encode() if data else None
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            content = answer.data
        except (HTTPException, HTTPError, OSError) as error:
            self._drop()
            raise NoAnswer(type(error).__name__) from error
        self._keep(keeps=answer.headers.get("Connection", "").lower() != "close")
        return Response(answer.status, content.decode("utf-8", "replace"), answer.headers)

    def _connected(self, uri: str) -> tuple[HTTPConnection, str]:
        parts = urlsplit(uri)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        origin = (parts.scheme, parts.netloc)
        kept = self._kept.own
        idle = time.monotonic() - kept.used_at
        connection = kept.connection
        if connection is not None and kept.origin == origin and _is_alive(connection, idle):
            return connection, path
        self._drop()
        kept.connection, kept.origin = _connect(parts.scheme, parts.hostname, parts.port), origin
        return kept.connection, path

    def _keep(self, *, keeps: bool) -> None:
        if keeps:
            self._kept.own.used_at = time.monotonic()
        else:
            self._drop()

    def _drop(self) -> None:
        self._kept.own.close()


def _is_alive(connection: HTTPConnection, idle: float) -> bool:
    """Asking the socket costs a system call; one that was just in use is trusted."""
    return idle < _TRUSTED or (idle < _IDLE_LIMIT and bool(connection.is_connected))


def _connect(scheme: str, host: str | None, port: int | None) -> HTTPConnection:
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    connection = kind(host or "", port, timeout=CONNECT_WITHIN)
    try:
        connection.connect()
    except (HTTPException, HTTPError, OSError) as error:
        connection.close()
        raise NotWritten(type(error).__name__) from error
    connection.timeout = ANSWER_WITHIN
    return connection


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


@lru_cache(maxsize=4)
def _basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()
