"""Fetches the pictures that are to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from clientcomm_simulator.application.ports import MediaUnavailableError

from .http_client import HttpClient, target_of
from .http_connection import HttpReply, RequestFailedError

_LARGEST = 5 * 1024 * 1024
_SECONDS = 10.0
_MOST_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200


@dataclass(frozen=True, slots=True)
class WebMediaSource:
    """Implements application.ports.MediaSource."""

    client: HttpClient

    async def fetch(self, url: str) -> tuple[str, bytes]:
        for _ in range(_MOST_REDIRECTS + 1):
            reply = await self._get(url)
            if reply.status == _OK:
                return reply.headers.get("content-type", "application/octet-stream"), reply.body
            if reply.status not in _REDIRECTS:
                break
            url = reply.headers.get("location", "")
        raise MediaUnavailableError

    async def _get(self, url: str) -> HttpReply:
        try:
            target = target_of(url)
            head = (
                f"GET {target.path} HTTP/1.1\r\n{target.host_line}"
                "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n\r\n"
            )
            return await self.client.send(
                target,
                head.encode(),
                connect_timeout=_SECONDS,
                read_timeout=_SECONDS,
                largest=_LARGEST,
            )
        except (ValueError, RequestFailedError) as error:
            raise MediaUnavailableError from error
