"""The signature by which an application knows that a webhook comes from the carrier."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

Parameters = Mapping[str, str | Sequence[str]]


def sign(token: str, url: str, parameters: Parameters) -> str:
    """X-Twilio-Signature of a form POST to `url`, which is as `signed_url` gives it."""
    parts = [url]
    for name in sorted(parameters):
        value = parameters[name]
        if isinstance(value, str):
            parts += (name, value)
        else:
            for single in sorted(set(value)):
                parts += (name, single)
    digest = hmac.digest(token.encode(), "".join(parts).encode(), "sha1")
    return base64.b64encode(digest).decode()


def signed_url(url: str, *, voice: bool = False) -> str:
    """The URL as it is signed: without fragment and credentials; voice over TLS drops the port."""
    url = url.partition("#")[0]
    if "@" not in url and not voice:
        return url
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if voice and parts.scheme == "https":
        host = host.rpartition(":")[0] if parts.port else host
    return urlunsplit(parts._replace(netloc=host))
