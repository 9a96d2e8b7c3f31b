"""Real processes over a real broker: killed in the middle, frozen, two at once (rule 4.9)."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from services.scheduler.tests.factories import a_request

from clientcomm_bus import BatchConsumer, Broker, Item, RequestClient
from clientcomm_contracts.conversations.commands import SendOccurrencesV1
from clientcomm_contracts.faults import Unavailable
from clientcomm_contracts.scheduler import (
    ScheduledMessageReply,
    ScheduledMessageView,
    ScheduleMessage,
)
from clientcomm_testkit.served import Served, ended

pytestmark = pytest.mark.integration


class LastGate:
    """Stands for conversations: takes what scheduler hands over, an event that repeats once."""

    def __init__(self) -> None:
        self.occurrences: Counter[UUID] = Counter()
        self._inbox: set[UUID] = set()
        self.lateness: list[float] = []
        self.offset = timedelta()

    async def __call__(self, items: Sequence[Item]) -> None:
        now = datetime.now(UTC) + self.offset
        for item in items:
            if item.event_id in self._inbox:
                continue
            self._inbox.add(item.event_id)
            command = item.parse()
            assert isinstance(command, SendOccurrencesV1)
            self.occurrences.update(one.occurrence_id for one in command.items)
            self.lateness += [(now - one.due_at).total_seconds() for one in command.items]

    async def park(self, **_: object) -> None:
        raise AssertionError("nothing is parked here")


class Scene:
    """A scheduler's surroundings: database, broker, gateway, last gate, clock."""

    def __init__(self, database_url: str, vhost: Any, state_dir: Path) -> None:
        self.gate = LastGate()
        self._database_url = database_url
        self._vhost = vhost
        self._state_dir = state_dir
        self._gateway = Broker(vhost.url_of("gateway"), process_name="gateway")
        self._conversations = Broker(vhost.url_of("conversations"), process_name="conversations")
        self.client = RequestClient(self._gateway)
        self._consumer = BatchConsumer(
            self._conversations, "conversations.commands.v1", self.gate, self.gate
        )

    async def start(self) -> None:
        await self._gateway.start()
        await self._conversations.start()
        await self._consumer.start()

    async def stop(self) -> None:
        await self._consumer.stop()
        await self._conversations.stop()
        await self._gateway.stop()

    def serve(self, *, failpoints: str = "") -> Served:
        return Served(
            "clientcomm_scheduler",
            self._database_url,
            self._vhost.url_of("scheduler"),
            state_dir=self._state_dir,
            failpoints=failpoints,
        )

    def jump(self, **length: float) -> None:
        """All clocks of the test go forward at once."""
        self.gate.offset += timedelta(**length)
        offset = {"offset_seconds": self.gate.offset.total_seconds()}
        (self._state_dir / "clock.json").write_text(json.dumps(offset))

    async def schedule(
        self, count: int, *, body: str = "Due", **ahead: float
    ) -> list[ScheduledMessageView]:
        at = datetime.now(UTC) + self.gate.offset + timedelta(**ahead)
        made = []
        for _ in range(count):
            request = a_request(
                uuid4(), local_time=at.replace(tzinfo=None), time_zone="UTC", body=body
            )
            made.append((await self._asked(request)).scheduled_message)
        return made

    async def _asked(self, request: ScheduleMessage) -> ScheduledMessageReply:
        """Ask again under the same key, as a page does: an answer may get lost with a process."""
        for _ in range(12):
            with suppress(Unavailable):
                return await self.client.call(request)
        raise AssertionError("no answer")

    async def handed_over(self, count: int) -> None:
        for _ in range(2400):
            if len(self.gate.occurrences) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{len(self.gate.occurrences)} of {count}")

    async def all_told(self) -> None:
        """Until nothing is left in the outbox."""
        database = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        async with database, asyncio.timeout(120):
            while await (await database.execute("SELECT 1 FROM outbox")).fetchone():  # noqa: ASYNC110 - a table has no event
                await asyncio.sleep(0.05)


@pytest.fixture
async def scene(
    database_for: Callable[[str], Any], own_declared_amqp_vhost: Any, tmp_path: Path
) -> AsyncIterator[Scene]:
    made = Scene(database_for("scheduler").runtime, own_declared_amqp_vhost, tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.mark.parametrize("point", ["before_hand_over_commit", "after_hand_over", "after_confirm"])
async def test_a_process_killed_in_the_middle_loses_and_repeats_nothing(
    scene: Scene, point: str
) -> None:
    frail = scene.serve(failpoints="" if point == "after_confirm" else f"{point}:kill:1")
    with ended(frail):
        await frail.ready()
        await scene.schedule(3, hours=1)
        scene.jump(hours=1.1)
        if point != "after_confirm":
            assert await frail.died() == -signal.SIGKILL
        else:
            await scene.handed_over(3)
            frail.signal(signal.SIGKILL)
        other = scene.serve()
        with ended(other):
            await other.ready()
            await scene.handed_over(3)
            await scene.all_told()

    assert set(scene.gate.occurrences.values()) == {1}


async def test_a_frozen_process_does_not_hold_up_the_other(scene: Scene) -> None:
    one, two = scene.serve(), scene.serve()
    with ended(one, two):
        await one.ready()
        await two.ready()
        await scene.schedule(20, hours=1)
        one.signal(signal.SIGSTOP)
        scene.jump(hours=1.1)
        await scene.handed_over(20)
        one.signal(signal.SIGCONT)
        await scene.schedule(5, hours=1)
        scene.jump(hours=1.1)
        await scene.handed_over(25)

    assert set(scene.gate.occurrences.values()) == {1}


async def test_on_an_idle_system_it_leaves_within_a_second(scene: Scene) -> None:
    """At least one of three: others may use the machine when the second has come."""
    served = scene.serve()
    with ended(served):
        await served.ready()
        await scene.schedule(1, hours=1)  # what is slow the first time is over then
        for ahead in (5.0, 6.0, 7.0):
            await scene.schedule(1, seconds=ahead)
        await scene.handed_over(3)

    assert 0 <= min(scene.gate.lateness) < 1


async def test_it_ends_cleanly_and_logs_nothing_personal(scene: Scene) -> None:
    served = scene.serve()
    with ended(served):
        await served.ready()
        await scene.schedule(1, hours=1, body="Canary 12345")

    assert served.end() == 0

    log = served.log.read_text()
    assert "process_stopped" in log
    assert "Canary" not in log
    assert "Rivera" not in log
