"""Which origins are the gateway's own: the public URL's, and every loopback name if it is one."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


def is_loopback_name(host: str) -> bool:
    """Whether a host name can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class OwnOrigin:
    """Answers whether an `Origin` header names the gateway."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self.is_secure = parts.scheme == "https"
        self.is_loopback = is_loopback_name(parts.hostname or "")
        self._own = _triple(parts)

    def includes(self, origin: str) -> bool:
        """True for the public URL's origin; for a loopback one, under any of its names."""
        try:
            scheme, host, port = _triple(urlsplit(origin))
        except ValueError:
            return False
        if (scheme, host, port) == self._own:
            return True
        same_place = (scheme, port) == (self._own[0], self._own[2])
        return self.is_loopback and same_place and is_loopback_name(host)


def _triple(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)
