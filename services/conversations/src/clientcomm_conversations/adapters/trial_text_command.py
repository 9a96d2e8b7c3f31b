"""`test-text`: one text to a phone of one's own, by who has just set an installation up."""

import argparse
import asyncio
import hashlib
import sys
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from clientcomm_chassis.clock import Clock
from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import AddClient
from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.adapters.tables.staff import staff
from clientcomm_conversations.application.add_client import add_client
from clientcomm_conversations.application.send_message import send_message
from clientcomm_persistence import Database, Transaction

_TEXT = "This is a test text from ClientComm. If you can read this, your number works."


async def send_test_text(arguments: Sequence[str], database: Database, clock: Clock) -> int:
    """`test-text --email CASE-MANAGER --to NUMBER`; prints the id of the conversation."""
    parser = argparse.ArgumentParser(prog="test-text")
    parser.add_argument("--email", required=True, help="of a case manager, who is the sender")
    parser.add_argument("--to", required=True, help="a phone of your own")
    asked = parser.parse_args(arguments)
    writers = Writers(clock, new_id, asyncio.Event())

    async def within(tx: Transaction) -> UUID:
        return await _send(tx, writers, asked.email, asked.to)

    try:
        sys.stdout.write(f"{await database.run(within)}\n")
    except Refused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        return 1
    return 0


async def _send(tx: Transaction, writers: Writers, email: str, phone: str) -> UUID:
    found = await tx.execute(
        select(staff.c.id, staff.c.full_name).where(func.lower(staff.c.email) == email.lower())
    )
    person = found.one_or_none()
    if person is None:
        raise Refused("unknown_staff", "Nobody has this e-mail address.", field="email")
    writer, asker = writers.of(tx), Asker(staff_id=person.id)
    added = await add_client(
        writer,
        AddClient(
            asker=asker,
            first_name="Test",
            last_name=person.full_name[:100],
            phone=phone,
            consent_how="Own phone, for a test",
        ),
    )
    key = RepeatKey(key=f"test-text {new_id()}", body_hash=hashlib.sha256(b"test").hexdigest())
    await send_message(
        writer,
        SendMessage(asker=asker, repeat_key=key, conversation_id=added.conversation_id, body=_TEXT),
    )
    return added.conversation_id
