"""Short-lived signed links by which the carrier fetches outbound pictures (research §1.11)."""

import hashlib
import hmac
import mimetypes
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from clientcomm_sms.adapters.object_store import DirectoryStore

_VALID_SECONDS = 6 * 3600
_SIGNATURE_BYTES = 16
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


class MediaLinks:
    """Token: expiry, key and signature; nothing is looked up to refuse a wrong one."""

    def __init__(
        self, secret: str, public_url: str, *, seconds: Callable[[], float] = time.time
    ) -> None:
        self._secret = hashlib.sha256(b"media link " + secret.encode()).digest()
        self._public_url = public_url
        self._seconds = seconds

    def url(self, key: str) -> str:
        """Where the carrier finds an object for the next hours."""
        content = f"{int(self._seconds()) + _VALID_SECONDS}|{key}".encode()
        token = urlsafe_b64encode(self._sign(content) + content).decode().rstrip("=")
        return f"{self._public_url}/media/{token}"

    def key_of(self, token: str) -> str | None:
        """The object of a token that we signed and that is not over; else None."""
        try:
            data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            signature, content = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._sign(content)):
                return None
            expires, _, key = content.decode().partition("|")
            return key if int(expires) >= self._seconds() else None
        except ValueError:
            return None

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self._secret, content, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def media_routes(links: MediaLinks, store: DirectoryStore) -> list[Route]:
    """`/media/{token}`."""

    async def media(request: Request) -> Response:
        key = links.key_of(request.path_params["token"])
        path = store.path_of(key) if key is not None else None
        if path is None:
            return PlainTextResponse("not found\n", 404)
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=content_type, headers=_SAFE)

    return [Route("/media/{token}", media, methods=["GET"])]
