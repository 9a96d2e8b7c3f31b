"""A lean HTTP client for webhooks: keep-alive pools, time limits, and no retries of its own."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from clientcomm_simulator.domain.overrides import Failure

from .http_connection import Connection, HttpReply, RequestFailedError

_LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Origin:
    host: str
    port: int
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL points: itself without fragment, and the head lines that follow from it."""

    url: str
    origin: Origin
    path: str
    host_line: str


@lru_cache(maxsize=1024)
def _host_lines(scheme: str, netloc: str) -> tuple[Origin, str]:
    parts = urlsplit(f"{scheme}://{netloc}")
    is_secure = scheme == "https"
    if scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not a web address")
    origin = Origin(parts.hostname, parts.port or (443 if is_secure else 80), is_secure)
    lines = f"Host: {netloc.rpartition('@')[2]}\r\n"
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines += f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"
    return origin, lines


def target_of(url: str) -> Target:
    """Takes a URL apart; raises ValueError for what is not a web address."""
    scheme, found, rest = url.partition("#")[0].partition("://")
    if not found or not rest.isprintable() or " " in rest:
        raise ValueError("not a web address")
    cut = min(at for at in (rest.find("/"), rest.find("?"), len(rest)) if at >= 0)
    netloc, path = rest[:cut], rest[cut:]
    origin, lines = _host_lines(scheme.lower(), netloc)
    if not path.startswith("/"):
        path = "/" + path
    return Target(f"{scheme}://{netloc}{path}", origin, path, lines)


@dataclass(slots=True)
class _Pool:
    idle: list[Connection] = field(default_factory=list)
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    busy: int = 0


@dataclass(slots=True)
class HttpClient:
    """At most `per_origin` connections to one server; further requests wait their turn."""

    per_origin: int = 64
    _pools: dict[Origin, _Pool] = field(default_factory=dict)
    _tls: ssl.SSLContext | None = None

    async def send(
        self,
        target: Target,
        request: bytes,
        *,
        connect_timeout: float,
        read_timeout: float,
        largest: int = _LARGEST_ANSWER,
    ) -> HttpReply:
        """The answer to a whole request, head and body; raises RequestFailedError."""
        pool = self._pools.setdefault(target.origin, _Pool())
        await self._enter(pool)
        try:
            while True:
                connection = await self._connection(pool, target.origin, connect_timeout)
                try:
                    reply = await connection.exchange(
                        request, seconds=read_timeout, largest=largest
                    )
                except RequestFailedError as error:
                    # A kept connection may have been closed by the server meanwhile.
                    if connection.served > 1 and error.was_silent and not connection.timed_out:
                        continue
                    raise
                if connection.is_open:
                    pool.idle.append(connection)
                return reply
        finally:
            self._leave(pool)

    def close(self) -> None:
        for pool in self._pools.values():
            for connection in pool.idle:
                connection.close()
            pool.idle.clear()

    async def _enter(self, pool: _Pool) -> None:
        if pool.busy >= self.per_origin:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            pool.waiting.append(turn)
            await turn
        else:
            pool.busy += 1

    def _leave(self, pool: _Pool) -> None:
        while pool.waiting:
            turn = pool.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        pool.busy -= 1

    async def _connection(self, pool: _Pool, origin: Origin, seconds: float) -> Connection:
        while pool.idle:
            connection = pool.idle.pop()
            if connection.is_open:
                return connection
        loop = asyncio.get_running_loop()
        tls = self._tls_context() if origin.is_secure else None
        try:
            async with asyncio.timeout(seconds):
                _, connection = await loop.create_connection(
                    lambda: Connection(loop), origin.host, origin.port, ssl=tls
                )
        except (OSError, TimeoutError) as error:
            raise RequestFailedError(Failure.CONNECT) from error
        return connection

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls
