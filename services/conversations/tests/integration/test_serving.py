import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_report, reported

from clientcomm_bus import Broker, Item, Outgoing, Publisher, RequestClient
from clientcomm_chassis import Component, ServiceSettings, new_id, running
from clientcomm_contracts.conversations.messages import GetMessage, SendMessage
from clientcomm_contracts.people import Asker
from clientcomm_contracts.topology import EVENTS
from clientcomm_contracts.values import MessageState, Role
from clientcomm_conversations.wiring import components
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


@pytest.fixture
async def urls(database_for: Callable[[str], DatabaseUrls]) -> DatabaseUrls:
    return database_for("conversations")


@pytest.fixture
async def scene(urls: DatabaseUrls) -> AsyncIterator[Scene]:
    database = Database(urls.runtime, application_name="tests", pool_size=2, acquire_timeout=60)
    yield Scene(database)
    await database.close()


@pytest.fixture
async def service(
    urls: DatabaseUrls, declared_amqp_vhost: VirtualHost, tmp_path: Path
) -> AsyncIterator[None]:
    settings = ServiceSettings(
        service_database_url=SecretStr(urls.runtime),
        amqp_url=SecretStr(declared_amqp_vhost.url_of("conversations")),
        state_dir=tmp_path,
        process_name="conversations-test",
    )
    parts = components(settings)
    async with running(parts):
        await _ready(parts)
        yield


async def test_a_request_off_the_bus_is_answered_and_reports_are_followed(
    service: None, scene: Scene, declared_amqp_vhost: VirtualHost
) -> None:
    office = await scene.department("Probation North")
    officer = await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office))
    thread = await scene.thread(office, officer)
    gateway = Broker(declared_amqp_vhost.url_of("gateway"), process_name="gateway-test")
    sms = Broker(declared_amqp_vhost.url_of("sms"), process_name="sms-test", publish_timeout=60)
    client = RequestClient(gateway)
    async with running([gateway, client, sms]):
        message = await _send(client, officer, thread)
        await _report(sms, message, thread, office)

        state = await _state_after(client, officer, message)

    assert state is MessageState.DELIVERED
    await _has_waiting(declared_amqp_vhost, "sms.commands.v1")
    await _has_waiting(declared_amqp_vhost, "export.journal.v1")
    await _is_emptied(scene)


async def _send(client: RequestClient, officer: Asker, thread: Thread) -> UUID:
    reply = await client.call(
        SendMessage(
            asker=officer, repeat_key=a_key(), conversation_id=thread.id, body="See you at nine."
        ),
        timeout=60,
    )
    return reply.message.id


async def _report(sms: Broker, message_id: UUID, thread: Thread, office: Place) -> None:
    event = reported(a_report(message_id, thread, MessageState.DELIVERED, 1))
    item = Item(new_id(), event.name, event.write())
    assert await Publisher(sms).publish([Outgoing(EVENTS, event.name, [item])]) == [True]


async def _state_after(client: RequestClient, officer: Asker, message_id: UUID) -> MessageState:
    async with asyncio.timeout(60):
        while True:
            request = GetMessage(asker=officer, message_id=message_id)
            reply = await client.call(request, timeout=60)
            if reply.message.state is MessageState.DELIVERED:
                return reply.message.state
            await asyncio.sleep(0.05)


async def _is_emptied(scene: Scene) -> None:
    """What was confirmed leaves the outbox a moment later."""
    async with asyncio.timeout(60):
        while await Writing(scene).rows("select 1 from outbox"):  # noqa: ASYNC110 - a table has no event
            await asyncio.sleep(0.05)


async def _ready(parts: Sequence[Component]) -> None:
    async with asyncio.timeout(60):
        while not all(part.is_ready() for part in parts):  # noqa: ASYNC110 - they only answer
            await asyncio.sleep(0.05)


async def _has_waiting(host: VirtualHost, queue: str) -> None:
    async with asyncio.timeout(60):
        while not (await asyncio.to_thread(host.queue_depths))[queue]:  # noqa: ASYNC110 - same
            await asyncio.sleep(0.2)
