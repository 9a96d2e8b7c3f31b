"""Whose request it is, believing forwarding headers only from trusted proxies."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

UNKNOWN = "unknown"


class TrustedProxies:
    """Addresses and networks whose `X-Forwarded-For` counts."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ip_network(network, strict=False) for network in networks]

    def visitor_of(self, peer: str | None, forwarded: str | None) -> str:
        """The nearest address that is not a trusted proxy."""
        address = _address(peer or "")
        hops = [hop.strip() for hop in (forwarded or "").split(",") if hop.strip()]
        while self._trusts(address) and hops:
            address = _address(hops.pop())
        return address

    def _trusts(self, address: str) -> bool:
        if address == UNKNOWN:
            return False
        known = ip_address(address)
        return any(known in network for network in self._networks)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return UNKNOWN
