"""Real processes over a real broker: two at once, killed between commit and acknowledgement."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aio_pika
import psycopg
import pytest
from services.export.tests.factories import Teller, a_grant, a_request, an_item
from services.export.tests.integration.conftest import Bench

from clientcomm_bus import Broker, Outgoing, Publisher, RequestClient
from clientcomm_contracts.contract import Event
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.topology import EVENTS
from clientcomm_contracts.values import MessageState
from clientcomm_export.adapters.journal_queue import QUEUE
from clientcomm_testkit.served import Served, ended

pytestmark = pytest.mark.integration


class Scene:
    """An export's surroundings: database, broker, conversations that tells, gateway that asks."""

    def __init__(self, database_url: str, vhost: Any, state_dir: Path) -> None:
        self.bench = Bench(database_url)
        self.vhost = vhost
        self._state_dir = state_dir
        self._conversations = Broker(
            vhost.url_of("conversations"), process_name="conversations", publish_timeout=60
        )
        self._gateway = Broker(vhost.url_of("gateway"), process_name="gateway")
        self.client = RequestClient(self._gateway)

    async def start(self) -> None:
        await self._conversations.start()
        await self._gateway.start()

    async def stop(self) -> None:
        await self._gateway.stop()
        await self._conversations.stop()
        await self.bench.database.close()

    def serve(self, *, failpoints: str = "") -> Served:
        return Served(
            "clientcomm_export",
            self.bench.database.url,
            self.vhost.url_of("export"),
            state_dir=self._state_dir,
            failpoints=failpoints,
        )

    async def tell(self, events: list[Event]) -> None:
        """Each by itself, which is the most that can be mixed up."""
        outgoing = [Outgoing(EVENTS, event.name, [an_item(event)]) for event in events]
        assert all(await Publisher(self._conversations).publish(outgoing))

    async def consumers(self, count: int) -> None:
        """Until so many processes take what is told."""
        connection = await aio_pika.connect(self.vhost.admin_url)
        async with connection, asyncio.timeout(120):
            channel = await connection.channel()
            while True:
                queue = await channel.declare_queue(QUEUE, passive=True)
                if queue.declaration_result.consumer_count == count:
                    return
                await asyncio.sleep(0.05)

    async def journal_holds(self, count: int) -> None:
        for _ in range(2400):
            if await self.bench.rows("SELECT count(*) FROM journal") == [(count,)]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(await self.bench.rows("SELECT count(*) FROM journal"))


@pytest.fixture
async def scene(
    database_for: Callable[[str], Any], own_declared_amqp_vhost: Any, tmp_path: Path
) -> AsyncIterator[Scene]:
    made = Scene(database_for("export").runtime, own_declared_amqp_vhost, tmp_path)
    await made.start()
    yield made
    await made.stop()


def lives(count: int, texts: int) -> tuple[list[Teller], list[Event]]:
    tellers = [Teller() for _ in range(count)]
    events: list[Event] = []
    for teller in tellers:
        for number in range(texts):
            written = teller.written(f"text {number}")
            events += [written, teller.reached(written.message_id, MessageState.DELIVERED)]
    return tellers, events


async def test_two_processes_one_killed_before_it_acknowledges(scene: Scene) -> None:
    tellers, events = lives(10, 10)
    shuffled = [*events, *random.Random(3).choices(events, k=30)]
    random.Random(4).shuffle(shuffled)
    frail, steady = scene.serve(failpoints="after_commit:kill:1"), scene.serve()
    with ended(frail, steady):
        await frail.ready()
        await steady.ready()
        await scene.consumers(2)
        await scene.tell(shuffled)
        assert await frail.died() == -signal.SIGKILL
        await scene.journal_holds(len(events))
        replies = [
            await scene.client.call(a_request(teller.id, teller.sequence), timeout=60)
            for teller in tellers
        ]

    assert await scene.bench.journal_is_whole()
    assert await scene.bench.rows("SELECT count(*) FROM holding") == [(0,)]
    for reply in replies:
        assert [item.body for item in reply.items] == [f"text {number}" for number in range(10)]
        assert {item.state for item in reply.items} == {MessageState.DELIVERED}
        assert reply.complete_up_to is None


async def test_a_frozen_writer_loses_the_pen(scene: Scene) -> None:
    """A transaction that holds the journal's row and is frozen is ended by the server."""
    _, events = lives(3, 5)
    served = scene.serve()
    frozen = await psycopg.AsyncConnection.connect(
        scene.bench.database.url, options="-c idle_in_transaction_session_timeout=1s"
    )
    await frozen.execute("SELECT last_position FROM journal_state FOR UPDATE")
    with ended(served):
        await served.ready()
        await scene.tell(events)
        await scene.journal_holds(len(events))

    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        await frozen.execute("UPDATE journal_state SET last_position = 0")
    await frozen.close()


async def test_what_cannot_be_read_is_parked_and_holds_nothing_up(scene: Scene) -> None:
    teller = Teller()
    odd = an_item(teller.written("one"))
    broken = Outgoing(EVENTS, odd.name, [type(odd)(odd.event_id, odd.name, b'{"sequence": 1}')])
    served = scene.serve()
    with ended(served):
        await served.ready()
        conversations = Broker(scene.vhost.url_of("conversations"), process_name="odd")
        await conversations.start()
        await Publisher(conversations).publish([broken])
        await conversations.stop()
        await scene.tell([Teller().written("two")])
        await scene.journal_holds(1)

    parked = await scene.bench.rows("SELECT name, exception_type FROM parked")
    assert parked == [(odd.name, "Unparsable")]


async def test_a_refusal_travels_to_the_gateway(scene: Scene) -> None:
    served = scene.serve()
    with ended(served):
        await served.ready()
        with pytest.raises(Refused) as refusal:
            await scene.client.call(a_request(Teller().id, 1, grant=a_grant()), timeout=60)

    assert refusal.value.kind == "not_found"
    assert served.end() == 0
