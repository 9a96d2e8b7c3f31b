"""The owners in memory behind real request queues, and waiting for what events bring about."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from services.gateway.tests.owners.memory import MemoryOwners

from clientcomm_bus import Broker, RequestClient, RequestServer
from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.topology import request_queue
from clientcomm_gateway.application.ports import Owners
from clientcomm_testkit.brokers import VirtualHost


@asynccontextmanager
async def over_the_bus(memory: MemoryOwners, vhost: VirtualHost) -> AsyncIterator[Owners]:
    """The same owners, each behind its request queues; the gateway's own client before them."""
    brokers, servers = [], []
    for service in ("conversations", "scheduler", "export"):
        broker = Broker(vhost.url_of(service), process_name=f"test-{service}")
        await broker.start()
        brokers.append(broker)
        for pace in ("fast", "slow"):
            handlers = {
                request: _answering(memory)
                for request in memory.handlers
                if request.name.startswith(f"{service}.") and request.pace == pace
            }
            server = RequestServer(broker, request_queue(service, pace), handlers)
            await server.start()
            servers.append(server)
    own = Broker(vhost.url_of("gateway"), process_name="test-gateway")
    await own.start()
    client = RequestClient(own)
    await client.start()
    yield client
    await client.stop()
    for server in servers:
        await server.stop()
    for broker in (own, *brokers):
        await broker.stop()


def _answering(memory: MemoryOwners) -> Callable[[Request[Any]], Awaitable[Reply]]:
    async def answer(request: Request[Any]) -> Reply:
        reply: Reply = await memory.call(request)
        return reply

    return answer


async def eventually(is_so: Callable[[], Awaitable[bool]], within: float = 60.0) -> None:
    """Ask until the answer is yes; fails when it never is."""
    async with asyncio.timeout(within):
        while not await is_so():  # noqa: ASYNC110 - asks another process
            await asyncio.sleep(0.02)
