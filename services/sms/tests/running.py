"""The whole of sms in this process, with a broker and the carrier simulator beside it."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.sms.tests.factories import OURS

from clientcomm_bus import BatchConsumer, Broker, Item, Outgoing, Publisher
from clientcomm_chassis import running
from clientcomm_contracts.contract import Command, Event
from clientcomm_contracts.topology import COMMANDS, EVENTS
from clientcomm_sms import wiring
from clientcomm_sms.adapters.settings import Settings

ACCOUNT, TOKEN = "AC" + "a1" * 16, "a-token-for-tests"


@contextmanager
def simulator(*, port: int, smtp_port: int, sms_port: int, folder: Path) -> Iterator[str]:
    """The carrier simulator in a process of its own; gives its URL."""
    environment = {
        **os.environ,
        "CLIENTCOMM_SIMULATOR_PORT": str(port),
        "CLIENTCOMM_SIMULATOR_SMTP_PORT": str(smtp_port),
        "CLIENTCOMM_SIMULATOR_NUMBERS": OURS,
        "CLIENTCOMM_SMS_PUBLIC_URL": f"http://127.0.0.1:{sms_port}",
        "CLIENTCOMM_TWILIO_ACCOUNT_SID": ACCOUNT,
        "CLIENTCOMM_TWILIO_AUTH_TOKEN": TOKEN,
        "CLIENTCOMM_STATE_DIR": str(folder),
    }
    command = [sys.executable, "-m", "clientcomm_simulator", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def settings_of(
    *, database_url: str, amqp_url: str, simulator_url: str, sms_port: int, folder: Path
) -> Settings:
    return Settings.model_validate(
        {
            "service_database_url": database_url,
            "amqp_url": amqp_url,
            "state_dir": folder,
            "process_name": f"sms-{uuid4().hex[:6]}",
            "sms_port": sms_port,
            "secret_key": "k" * 32,
            "twilio_api_url": simulator_url,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
        }
    )


class NeverParks:
    async def park(self, *, queue: str, item: Item, exception_type: str) -> None:
        raise AssertionError(exception_type)


class Conversations:
    """The other end of the bus: sends commands, hears events."""

    def __init__(self, amqp_url: str) -> None:
        self._broker = Broker(amqp_url, process_name="tests", publish_timeout=60)
        self._publisher = Publisher(self._broker)
        self._consumer = BatchConsumer(
            self._broker, "conversations.from-sms.v1", self._hear, NeverParks()
        )
        self.heard: list[dict[str, Any]] = []

    async def start(self) -> None:
        await self._broker.start()
        await self._consumer.start()

    async def stop(self) -> None:
        await self._consumer.stop()
        await self._broker.stop()

    async def say(self, *contracts: Command | Event) -> None:
        for contract in contracts:
            exchange = EVENTS if isinstance(contract, Event) else COMMANDS
            item = Item(uuid4(), contract.name, contract.write())
            assert all(await self._publisher.publish([Outgoing(exchange, contract.name, [item])]))

    async def _hear(self, items: Sequence[Item]) -> None:
        self.heard += [{"name": item.name, **json.loads(item.body)} for item in items]

    def states_of(self, message_id: object) -> list[str]:
        return [
            report["state"]
            for event in self.heard
            if event["name"] == "sms.message.reported.v1"
            for report in event["items"]
            if report["message_id"] == str(message_id)
        ]

    def texts(self) -> list[dict[str, Any]]:
        return [event for event in self.heard if event["name"] == "sms.text.received.v1"]


@asynccontextmanager
async def serving(settings: Settings, *, role: str = "serve") -> AsyncIterator[None]:
    async with running(wiring.components(settings, role=role)):
        yield


async def until(
    look: Callable[[], bool] | Callable[[], Awaitable[bool]], *, seconds: float = 120.0
) -> None:
    async with asyncio.timeout(seconds):
        while True:
            found = look()
            if isinstance(found, bool):
                done = found
            else:
                done = await found
            if done:
                return
            await asyncio.sleep(0.05)


async def call(url: str, body: object | None = None, *, method: str = "POST") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, method=method if body is not None else "GET",
        headers={"Content-Type": "application/json"},
    )  # fmt: skip

    def send() -> Any:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    return await asyncio.to_thread(send)


async def is_up(url: str) -> bool:
    try:
        await call(url)
    except OSError:
        return False
    return True
