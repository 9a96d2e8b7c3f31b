"""Fetches attachments from the carrier, and from nowhere else (research §4.3).

Only named hosts, at most one redirect, no credentials to another host, no private addresses,
a limit of size and time. The connection goes to the address that was checked.
"""

import ipaddress
import socket
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPException
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from clientcomm_sms.application.fetch_media import NotFetched

_WITHIN = 15.0
_STEP = 5.0
_CHUNK = 65_536
_OK = 200
_GONE = frozenset({404, 410})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
CARRIER_HOSTS = (
    "api.twilio.com",
    "media.twiliocdn.com",
    "mms.twiliocdn.com",
    "s3-external-1.amazonaws.com",
)


class MediaFetcher:
    """Knows the carrier's API by its base URL; that one may be local (a simulator)."""

    def __init__(self, *, api_url: str, account_sid: str, auth_token: str) -> None:
        self._api = urlsplit(api_url)
        credentials = b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._authorization = f"Basic {credentials}"

    def fetch(self, url: str, *, largest: int) -> bytes:
        """The content behind a URL of the carrier's. Raises NotFetched."""
        deadline = time.monotonic() + _WITHIN
        try:
            target = self._redirect_or_content(url, deadline, largest)
            if isinstance(target, str):
                target = self._redirect_or_content(target, deadline, largest)
            if isinstance(target, str):
                raise NotFetched("redirected_twice", is_final=True)
            return target  # noqa: TRY300 - the way out in the ordinary case
        except (HTTPException, HTTPError, OSError, UnicodeError) as error:
            raise NotFetched("carrier_unreachable") from error

    def _redirect_or_content(self, url: str, deadline: float, largest: int) -> str | bytes:
        """The content, or the URL that it lies under instead."""
        with (
            closing(self._connect(urlsplit(url))) as connection,
            closing(self._get(connection, url, deadline)) as answer,
        ):
            if answer.status in _REDIRECTS:
                return urljoin(url, answer.headers.get("Location", ""))
            return _content(answer, largest, deadline)

    def _get(self, connection: HTTPConnection, url: str, deadline: float) -> HTTPResponse:
        target = urlsplit(url)
        connection.timeout = min(_STEP, max(0.1, deadline - time.monotonic()))
        headers = {"Host": target.netloc, "Accept": "*/*"}
        if self._is_api(target):
            headers["Authorization"] = self._authorization
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        connection.request("GET", path, headers=headers, preload_content=False)
        return connection.getresponse()

    def _is_api(self, target: SplitResult) -> bool:
        return (target.scheme, target.netloc) == (self._api.scheme, self._api.netloc)

    def _connect(self, target: SplitResult) -> HTTPConnection:
        host = target.hostname or ""
        if self._is_api(target):
            port = target.port
            kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
            return kind(host, port, timeout=_STEP)
        if target.scheme != "https" or target.username or host not in CARRIER_HOSTS:
            raise NotFetched("not_from_carrier", is_final=True)
        if target.port not in {None, 443}:
            raise NotFetched("not_from_carrier", is_final=True)
        address = public_address(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
        return HTTPSConnection(
            address, 443, timeout=_STEP, server_hostname=host, assert_hostname=host
        )


def public_address(found: Sequence[tuple[object, ...]]) -> str:
    """The first address of a look-up, if all of them are public. Raises NotFetched."""
    addresses = [str(entry[-1][0]) for entry in found if isinstance(entry[-1], tuple)]
    if not addresses or not all(ipaddress.ip_address(a).is_global for a in addresses):
        raise NotFetched("not_from_carrier", is_final=True)
    return addresses[0]


def _content(answer: HTTPResponse, largest: int, deadline: float) -> bytes:
    if answer.status in _GONE:
        raise NotFetched("gone", is_final=True)
    if answer.status != _OK:
        raise NotFetched(f"http_{answer.status}")
    content = b""
    while chunk := answer.read(_CHUNK):
        content += chunk
        if len(content) > largest:
            raise NotFetched("too_large", is_final=True)
        if time.monotonic() > deadline:
            raise NotFetched("too_slow")
    return content
