"""Whether a process says that it is ready, over HTTP on the loopback interface."""

import http.client
from urllib.parse import urlsplit

_OK = 200


def is_ready(url: str) -> bool:
    """Whether a health address answers 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
