"""Mass messages: everybody once, and a reply does not wait for them."""

from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from tests.journeys.newcomers import a_case_manager, a_department
from tests.journeys.people import Carrier, StaffMember, eventually

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack


def test_a_mass_message_reaches_each_recipient_once(
    case_manager: StaffMember, carrier: Carrier
) -> None:
    clients = [case_manager.add_client() for _ in range(12)]
    ids = [client.conversation_id for client in clients]
    key = str(uuid4())

    first = case_manager.post(
        "/mass-messages", {"conversation_ids": ids, "body": "Closed"}, key=key
    )
    again = case_manager.post(
        "/mass-messages", {"conversation_ids": ids, "body": "Closed"}, key=key
    )

    assert first.status_code == 201
    assert again.json()["id"] == first.json()["id"]

    def finished() -> bool:
        states = case_manager.get(f"/mass-messages/{first.json()['id']}")["states"]
        return bool(states.get("delivered") == len(clients))

    eventually(finished)
    assert [carrier.bodies(client.phone) for client in clients] == [["Closed"]] * len(clients)


def test_a_preview_sends_nothing_and_says_who_is_left_out(
    case_manager: StaffMember, colleague: StaffMember, carrier: Carrier
) -> None:
    mine, theirs = case_manager.add_client(), colleague.add_client()

    answer = case_manager.post(
        "/mass-messages",
        {
            "conversation_ids": [mine.conversation_id, theirs.conversation_id],
            "body": "Hello",
            "preview": True,
        },
    )

    assert answer.is_success
    assert answer.json()["recipients"] == 1
    assert [one["conversation_id"] for one in answer.json()["skipped"]] == [theirs.conversation_id]
    assert carrier.bodies(mine.phone) == []


@dataclass(frozen=True)
class Line:
    """A department's number, and how fast the carrier lets it send."""

    sms_url: str
    number: str

    def halt(self) -> None:
        """Send nothing for now."""
        self._set(b"paused_until = now() + interval '1 hour'")

    def send_one(self) -> None:
        """One text goes, the next much later."""
        self._set(b"paused_until = NULL, segments_per_second = 0.001, tokens = 0.5")

    def send_all(self) -> None:
        self._set(b"paused_until = NULL, segments_per_second = 100, tokens = 100")

    def waiting(self) -> int:
        with psycopg.connect(self.sms_url) as sms:
            query = (
                b"SELECT count(*) FROM outgoing_text WHERE number_from = %s AND state = 'queued'"
            )
            row = sms.execute(query, (self.number,)).fetchone()
        assert row
        return int(row[0])

    def _set(self, change: bytes) -> None:
        with psycopg.connect(self.sms_url) as sms:
            there = b"INSERT INTO number_bucket (number) VALUES (%s) ON CONFLICT DO NOTHING"
            sms.execute(there, (self.number,))
            now = b", refilled_at = now() WHERE number = %s"
            sms.execute(b"UPDATE number_bucket SET " + change + now, (self.number,))


def test_a_reply_overtakes_bulk_that_waits(stack: RunningStack, carrier: Carrier) -> None:
    department = a_department(stack, carrier)
    line = Line(stack.owner_url("sms"), department["number"])
    with closing(StaffMember(stack.gateway_url, a_case_manager(stack, department))) as manager:
        clients = [manager.add_client() for _ in range(5)]
        person = manager.add_client()
        line.halt()
        ids = [client.conversation_id for client in clients]
        manager.do("/mass-messages", {"conversation_ids": ids, "body": "Bulk"})
        eventually(lambda: line.waiting() == len(clients))
        reply = manager.send(person.conversation_id, "At once")
        eventually(lambda: line.waiting() == len(clients) + 1)

        line.send_one()

        manager.await_state(reply["id"], "delivered")
        assert [carrier.bodies(client.phone) for client in clients] == [[]] * len(clients)
        line.send_all()
        eventually(lambda: all(carrier.ledger(client.phone) for client in clients))
