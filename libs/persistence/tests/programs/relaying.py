"""A process with a relay, a consumer, or both, for tests that kill and freeze it.

`python relaying.py DATABASE_URL AMQP_URL relay|consume|both`; prints `ready`, then works.
"""

import asyncio
import sys
from collections.abc import Sequence

import uvloop
from libs.persistence.tests.contracts import Kept
from sqlalchemy import text

from clientcomm_bus import BatchConsumer, Broker, Publisher
from clientcomm_persistence import (
    Database,
    InboxProcessor,
    ParkingTable,
    Relay,
    Transaction,
    publishing_through,
)

QUEUE = "conversations.from-sms.v1"


async def note(transaction: Transaction, messages: Sequence[Kept]) -> None:
    """One row per message; a message handled twice violates no constraint but is seen."""
    await transaction.execute(
        text("INSERT INTO handled (text) VALUES (:text)"),
        [{"text": message.text} for message in messages],
    )


async def work(database_url: str, amqp_url: str, role: str) -> None:
    broker = Broker(amqp_url, process_name="test")
    await broker.start()
    database = Database(database_url, application_name="test")
    if role in {"relay", "both"}:
        await Relay(database_url, publishing_through(Publisher(broker))).start()
    if role in {"consume", "both"}:
        process = InboxProcessor(database, consumer="test", handlers={Kept: note})
        await BatchConsumer(broker, QUEUE, process, ParkingTable(database)).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(work(*sys.argv[1:4]))
