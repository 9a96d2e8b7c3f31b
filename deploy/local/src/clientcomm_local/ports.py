"""Ports of the loopback interface: free ones, and whether somebody answers."""

import secrets
import socket
import sys
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"

# Below those that systems give to outgoing connections, any of which could take a free one.
_OURS = range(20_000, 32_000)
_given: set[int] = set()


class NotAnsweringError(Exception):
    """A server did not answer in time, or ended before it did."""


def free_port() -> int:
    """A port that nobody listens on, and that nobody else is given while this process lives."""
    while (port := secrets.choice(_OURS)) in _given or not is_free(port) or not is_kept(port):
        pass
    _given.add(port)
    return port


def is_kept(port: int) -> bool:
    """Keep a port for this process; False if another process has done so."""
    if not sys.platform.startswith("linux"):
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        # A name without a file: it goes with the process, however that ends.
        mark.bind(f"\0clientcomm-port-{port}")
    except OSError:
        mark.close()
        return False
    mark.detach()  # stays open
    return True


def set_aside(*ports: int) -> None:
    """Give none of these to anybody else in this process, though nobody listens there yet."""
    _given.update(ports)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, *, greeting: bytes = b"") -> bool:
    """Whether somebody accepts a connection and, after a greeting, says anything back."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            if not greeting:
                return True
            connection.sendall(greeting)
            return connection.recv(1) != b""
    except OSError:
        return False


def wait_until(
    ready: Callable[[], bool], *, seconds: float, still_running: Callable[[], bool], what: str
) -> None:
    """Return when `ready`; raise NotAnsweringError when the server ends first or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not still_running():
            raise NotAnsweringError(f"{what} ended while starting.")
        if time.monotonic() > deadline:
            raise NotAnsweringError(f"{what} did not answer within {seconds:.0f} s.")
        time.sleep(0.05)
