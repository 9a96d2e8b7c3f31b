"""The HTTP server: uvicorn, with a way to close a connection without an answer."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .asgi import Application, Receive, Scope, Send


class AbortableProtocol(HttpToolsProtocol):
    """Gives the application `clientcomm.abort`: a carrier whose connection simply breaks."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"clientcomm.abort": self._abort}  # type: ignore[dict-item]  # ASGI: any value

    def _abort(self) -> None:
        self.cycle.disconnected = True
        self.transport.abort()


class Split:
    """Sends the API's paths to the lean application and the rest to the comfortable one."""

    def __init__(self, api: Application, pages: Application, prefixes: tuple[str, ...]) -> None:
        self._api, self._pages, self._prefixes = api, pages, prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith(self._prefixes)
        application = self._api if is_api else self._pages
        await application(scope, receive, send)


class OrderlyServer(uvicorn.Server):
    """Ends with success when it is asked to end, instead of dying of the signal afterwards."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        signals = (signal.SIGTERM, signal.SIGINT)
        for number in signals:
            loop.add_signal_handler(number, self._end)
        yield
        for number in signals:
            loop.remove_signal_handler(number)

    def _end(self) -> None:
        self._on_end()
        self.should_exit = True


def make_server(
    application: object, *, host: str, port: int, on_end: Callable[[], None]
) -> uvicorn.Server:
    """The server for the whole simulator, silent but for trouble."""
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # an ASGI application
        host=host,
        port=port,
        http=AbortableProtocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    return OrderlyServer(config, on_end)
