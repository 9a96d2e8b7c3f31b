"""The HTTP API of RabbitMQ's management plug-in, for brokers that are not ours to look into."""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import quote, unquote, urlsplit

from clientcomm_local.console import ConsoleError


class Management:
    """Users, virtual hosts and queue depths of a broker with the management plug-in."""

    def __init__(self, base_url: str, *, user: str, password: str) -> None:
        self._base = base_url.rstrip("/")
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}

    @classmethod
    def beside(cls, amqp_url: str, *, port: int = 15672) -> "Management":
        """The plug-in at its usual port on the broker's host, with the same credentials."""
        parts = urlsplit(amqp_url)
        return cls(
            f"http://{parts.hostname}:{port}",
            user=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
        )

    def is_there(self) -> bool:
        """Whether the plug-in answers to these credentials."""
        try:
            self._call("GET", "/api/whoami")
        except ConsoleError:
            return False
        return True

    def load(self, definitions_json: str) -> None:
        """Add users, virtual hosts and permissions."""
        self._call("POST", "/api/definitions", definitions_json.encode())

    def queue_depths(self, virtual_host: str) -> dict[str, int]:
        """Messages in each queue as of the plug-in's last sample."""
        rows = json.loads(self._call("GET", f"/api/queues/{quote(virtual_host, safe='')}"))
        return {row["name"]: int(row.get("messages", 0)) for row in rows}

    def delete_virtual_host(self, name: str) -> None:
        """Remove a virtual host with all that is in it."""
        self._call("DELETE", f"/api/vhosts/{quote(name, safe='')}")

    def close_connections(self, virtual_host: str) -> int:
        """Cut every connection of a virtual host; how many."""
        path = f"/api/vhosts/{quote(virtual_host, safe='')}/connections"
        connections = json.loads(self._call("GET", path))
        for connection in connections:
            self._call("DELETE", f"/api/connections/{quote(connection['name'], safe='')}")
        return len(connections)

    def close(self) -> None:
        """Nothing to end: every call is a connection of its own."""

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310 the base address is a setting
            self._base + path, data=body, headers=self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 as above
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise ConsoleError(f"{method} {path}: {refusal.code}") from refusal
        except OSError as failure:
            raise ConsoleError(f"{method} {path}: {type(failure).__name__}") from failure
