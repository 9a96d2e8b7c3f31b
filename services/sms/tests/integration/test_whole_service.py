"""Sms with a real broker, a real database, the official client and the carrier simulator."""

import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from services.sms.tests.factories import CLIENT, OURS, a_command, a_department, a_text
from services.sms.tests.running import (
    Conversations,
    call,
    is_up,
    serving,
    settings_of,
    simulator,
    until,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from clientcomm_contracts.conversations.events import DepartmentChangedV1
from clientcomm_contracts.values import Lane
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.ports import free_port
from clientcomm_sms.adapters.settings import Settings
from clientcomm_testkit.brokers import VirtualHost

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()

pytestmark = pytest.mark.integration


@dataclass
class Place:
    """Everything around sms."""

    simulator_url: str
    settings: Settings
    conversations: Conversations

    async def faults(self, **knobs: object) -> None:
        await call(
            f"{self.simulator_url}/simulator/faults", {"seed": 7, "faults": knobs}, method="PUT"
        )

    async def ledger(self) -> list[dict[str, Any]]:
        """The outbound texts that the carrier accepted, in the order in which it did."""
        found = await call(f"{self.simulator_url}/simulator/messages")
        return [item for item in found["messages"] if item["from"] == OURS]

    async def knows(self, department: DepartmentChangedV1) -> None:
        """Tell sms of a department and wait until it has heard of it."""
        await self.conversations.say(department)
        url = self.settings.service_database_url.get_secret_value()
        engine = create_async_engine(url)

        async def is_known() -> bool:
            async with engine.connect() as connection:
                found = await connection.execute(text("SELECT 1 FROM department_number"))
                return found.first() is not None

        await until(is_known)
        await engine.dispose()

    async def phone_texts(self, body: str, **more: object) -> None:
        await call(
            f"{self.simulator_url}/simulator/inbound",
            {"from": CLIENT, "to": OURS, "body": body, **more},
        )


@pytest.fixture
async def place(
    database_for: Callable[[str], DatabaseUrls],
    own_declared_amqp_vhost: VirtualHost,
    tmp_path: Path,
) -> AsyncIterator[Place]:
    sms_port = free_port()
    with simulator(
        port=free_port(), smtp_port=free_port(), sms_port=sms_port, folder=tmp_path
    ) as url:
        settings = settings_of(
            database_url=database_for("sms").runtime,
            amqp_url=own_declared_amqp_vhost.url_of("sms"),
            simulator_url=url,
            sms_port=sms_port,
            folder=tmp_path,
        )
        conversations = Conversations(own_declared_amqp_vhost.url_of("conversations"))
        await conversations.start()
        await until(lambda: is_up(f"{url}/simulator/faults"))
        yield Place(url, settings, conversations)
        await conversations.stop()


async def test_texts_go_out_in_order_and_answers_come_back(place: Place) -> None:
    conversation = uuid4()
    texts = [a_text(f"part {n}", conversation_id=conversation, position=n) for n in (1, 2, 3)]
    async with serving(place.settings):
        await place.conversations.say(a_department(), a_command(*texts))
        await until(
            lambda: all(
                place.conversations.states_of(t.message_id)[-1:] == ["delivered"] for t in texts
            )
        )
        await place.phone_texts("I will be there")
        await until(lambda: bool(place.conversations.texts()))

    assert [item["body"] for item in await place.ledger()] == ["part 1", "part 2", "part 3"]
    (answer,) = place.conversations.texts()
    assert (answer["number_from"], answer["body"]) == (CLIENT, "I will be there")


@pytest.mark.slow
async def test_a_misbehaving_carrier_costs_no_text_and_no_second_one(place: Place) -> None:
    await place.faults(
        error_after_accept=0.1,
        drop_after_accept=0.1,
        too_many_requests=0.15,
        callback_twice=0.3,
        callback_reversed=0.3,
        callback_lost=0.1,
        callback_before_response=0.3,
        callback_wrong_signature=0.1,
        callback_unknown_fields=0.3,
    )
    texts = [
        a_text(f"text {n}", to=f"+1512555{n:04}", lane=Lane.BULK) for n in range(40)
    ]  # fmt: skip

    def all_known() -> bool:
        return all(
            place.conversations.states_of(t.message_id)[-1:] in (["sent"], ["delivered"])
            for t in texts
        )

    async with serving(place.settings):
        await place.conversations.say(a_department(), a_command(*texts))
        await until(all_known)

    bodies = [item["body"] for item in await place.ledger()]
    assert sorted(bodies) == sorted(t.body for t in texts)


async def test_a_process_that_ends_and_begins_again_sends_what_was_left(place: Place) -> None:
    texts = [a_text(f"text {n}", to=f"+1512555{n:04}", lane=Lane.BULK) for n in range(60)]
    async with serving(place.settings):
        await place.conversations.say(a_department(rate=40), a_command(*texts))
        await until(lambda: any(place.conversations.states_of(t.message_id) for t in texts))
    again = place.settings.model_copy(update={"process_name": "sms-again"})

    async with serving(again):
        await until(
            lambda: all("sent" in place.conversations.states_of(t.message_id) for t in texts)
        )

    assert len(await place.ledger()) == 60


async def test_an_opt_out_and_back_by_phone(place: Place) -> None:
    refused, sent = a_text("refused", position=1), a_text("sent", position=1)
    async with serving(place.settings):
        await place.knows(a_department())
        await place.phone_texts("Stop!")
        await until(lambda: len(place.conversations.texts()) == 1)
        await place.conversations.say(a_command(refused))
        await until(lambda: place.conversations.states_of(refused.message_id) == ["blocked"])
        await place.phone_texts("START")
        await until(lambda: len(place.conversations.texts()) == 2)
        await place.conversations.say(a_command(sent))
        await until(lambda: "delivered" in place.conversations.states_of(sent.message_id))

    assert [item["body"] for item in await place.ledger()] == ["sent"]


async def test_a_picture_comes_in(place: Place) -> None:
    async with serving(place.settings):
        await place.knows(a_department())
        await until(lambda: is_up(f"{place.settings.public_url}/health/ready"))
        await place.phone_texts("look", media=[{"content_type": "image/png", "base64": PNG}])
        await until(
            lambda: any(e["name"] == "sms.media.stored.v1" for e in place.conversations.heard)
        )

    (stored,) = [e for e in place.conversations.heard if e["name"] == "sms.media.stored.v1"]
    assert stored["problem"] is None
    assert (place.settings.state_dir / "objects" / stored["object_key"]).is_file()
