"""An HTTP application as a component of a process."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

_STOP_WITHIN = 5


class _Server(uvicorn.Server):
    """Leaves signals to the process, which stops its components in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """One uvicorn server on one port."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, reuse_port: bool, name: str) -> None:
        self.name = name
        self._address = (host, port)
        self._reuse_port = reuse_port
        self._task: asyncio.Task[None] | None = None
        self._server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                lifespan="off",
                ws="none",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_STOP_WITHIN,
            )
        )

    @property
    def port(self) -> int:
        """The port that it listens on, known once started."""
        return self._address[1]

    async def start(self) -> None:
        """Bind and listen; raises OSError if the port is taken."""
        listener = self._listen()
        self._address = (self._address[0], listener.getsockname()[1])
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name=self.name)
        while not (self._server.started or self._task.done()):  # noqa: ASYNC110 - no event there
            await asyncio.sleep(0.005)
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Answer what is under way, then close."""
        if self._task is not None:
            self._server.should_exit = True
            await asyncio.gather(self._task, return_exceptions=True)

    def is_ready(self) -> bool:
        """Whether it accepts connections."""
        return self._server.started and self._task is not None and not self._task.done()

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            listener.bind(self._address)
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        return listener


def serve_http(
    app: ASGIApp, *, host: str, port: int, reuse_port: bool = True, name: str = "http"
) -> HttpServer:
    """Serve an application; several processes may share a port with `reuse_port`."""
    return HttpServer(app, host=host, port=port, reuse_port=reuse_port, name=name)
