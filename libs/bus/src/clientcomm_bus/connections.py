"""A process's three connections to the broker, each opened when needed and again when lost."""

import asyncio
from enum import StrEnum

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection, TimeoutType
from aiormq import Channel

from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()

_OPEN_WITHIN = 1.5
_CLOSE_WITHIN = 3.0
_REST_AFTER_FAILURE = 0.2
_KEEP_EVERY = 1.0


class Purpose(StrEnum):
    """Publishing is apart from consuming, since one broker alarm stops all that publishes."""

    PUBLISHING = "publishing"
    CONSUMING = "consuming"
    REQUESTING = "requesting"


class _Connection(aio_pika.Connection):
    async def connect(self, timeout: TimeoutType = None) -> None:  # noqa: ASYNC109 - the library's
        try:
            await super().connect(timeout)
        except BaseException:
            # One that was never opened would begin to close itself when it is collected.
            await self.close()
            raise


class Link:
    """One connection of a process; gives channels, and is never kept once in doubt."""

    def __init__(self, url: str, *, name: str, heartbeat: int) -> None:
        self._url = url
        self._name = name
        self._heartbeat = heartbeat
        self._opening = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._rest_until = 0.0
        self._closings: set[asyncio.Task[None]] = set()
        self._told_away = False
        self.wanted = False

    def is_connected(self) -> bool:
        """Whether the connection stands, as far as we know."""
        connection = self._connection
        return connection is not None and connection.connected.is_set()

    async def channel(self, *, confirms: bool) -> Channel:
        """A fresh channel. Raises Unavailable within 2 s."""
        self.wanted = True
        async with self._opening:
            connection = await self._open()
            try:
                with loss_is_unavailable():
                    async with asyncio.timeout(_OPEN_WITHIN):
                        return await self._new_channel(connection, confirms=confirms)
            except Unavailable:
                self.abandon()
                raise

    async def keep(self) -> None:
        """Connect again if the connection was lost."""
        async with self._opening:
            await self._open()

    def tell_away(self) -> None:
        """Log that the broker is away, once per absence."""
        if not self._told_away:
            self._told_away = True
            log.warning("broker_away", link=self._name)

    async def is_blocked(self) -> bool:
        """Whether the broker has told us to stop publishing (memory or disk alarm)."""
        connection = self._connection
        if connection is None or connection.transport is None:
            return False
        try:
            async with asyncio.timeout(0.01):
                await connection.transport.ready()
        except TimeoutError:
            return True
        return False

    def abandon(self) -> None:
        """Close in the background what can no longer be trusted; the next use connects anew."""
        connection, self._connection = self._connection, None
        if connection is not None:
            closing = asyncio.create_task(_close(connection))
            self._closings.add(closing)
            closing.add_done_callback(self._closings.discard)

    async def close(self) -> None:
        """Close for good."""
        self.wanted = False
        self.abandon()
        await asyncio.gather(*self._closings, return_exceptions=True)

    async def _open(self) -> AbstractConnection:
        if self._connection is not None and self.is_connected():
            return self._connection
        loop = asyncio.get_running_loop()
        if loop.time() < self._rest_until:
            raise Unavailable("broker: away")
        self.abandon()
        try:
            self._connection = await self._connect()
        except Unavailable:
            self._rest_until = loop.time() + _REST_AFTER_FAILURE
            raise
        self._told_away = False
        log.info("broker_connected", link=self._name)
        return self._connection

    async def _connect(self) -> AbstractConnection:
        with loss_is_unavailable():
            async with asyncio.timeout(_OPEN_WITHIN):
                return await aio_pika.connect(
                    self._url,
                    client_properties={"connection_name": self._name},
                    heartbeat=self._heartbeat,
                    connection_class=_Connection,
                )

    @staticmethod
    async def _new_channel(connection: AbstractConnection, *, confirms: bool) -> Channel:
        channel = connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        await channel.initialize()
        underlay = await channel.get_underlay_channel()
        assert isinstance(underlay, Channel)
        return underlay


async def _close(connection: AbstractConnection) -> None:
    try:
        with loss_is_unavailable():
            async with asyncio.timeout(_CLOSE_WITHIN):
                await connection.close()
    except Unavailable:
        log.info("broker_connection_dropped")


class Broker:
    """The three connections of a process; `start` does not wait for a broker that is away."""

    def __init__(
        self, url: str, *, process_name: str, heartbeat: int = 10, publish_timeout: float = 5.0
    ) -> None:
        self.publish_timeout = publish_timeout
        self._links = {
            purpose: Link(url, name=f"{process_name} {purpose}", heartbeat=heartbeat)
            for purpose in Purpose
        }
        self._keeper: asyncio.Task[None] | None = None
        self.name = "broker"

    def link(self, purpose: Purpose) -> Link:
        """The connection for one purpose."""
        return self._links[purpose]

    async def start(self) -> None:
        """Begin to keep the connections that are in use."""
        self.link(Purpose.PUBLISHING).wanted = True
        await self._keep_links()
        self._keeper = asyncio.create_task(self._keep(), name="broker keeper")

    async def stop(self) -> None:
        """Close all connections."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in self._links.values()))

    def is_connected(self) -> bool:
        """Whether every connection in use stands."""
        return all(link.is_connected() for link in self._links.values() if link.wanted)

    def is_ready(self) -> bool:
        """The same, as a component of the process."""
        return self.is_connected()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            await self._keep_links()

    async def _keep_links(self) -> None:
        for link in self._links.values():
            if link.wanted and not link.is_connected():
                try:
                    await link.keep()
                except Unavailable:
                    link.tell_away()
