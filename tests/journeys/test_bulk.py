"""Mass messages: everybody once, and a reply does not wait for them."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
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


@pytest.fixture
def slow_number(stack: RunningStack, department: dict[str, str]) -> Iterator[None]:
    """The department's number sends two texts a second, as a real one may."""
    change = b"UPDATE number_bucket SET segments_per_second = %s, tokens = 1 WHERE number = %s"
    with psycopg.connect(stack.owner_url("sms"), autocommit=True) as sms:
        usual = sms.execute(
            b"SELECT segments_per_second FROM number_bucket WHERE number = %s",
            (department["number"],),
        ).fetchone()
        assert usual
        sms.execute(change, (2, department["number"]))
        yield
        sms.execute(change, (usual[0], department["number"]))


@pytest.mark.usefixtures("slow_number")
def test_a_reply_overtakes_bulk_that_waits(case_manager: StaffMember, carrier: Carrier) -> None:
    clients = [case_manager.add_client() for _ in range(30)]
    person = case_manager.add_client()
    case_manager.post(
        "/mass-messages",
        {"conversation_ids": [client.conversation_id for client in clients], "body": "Bulk"},
    )

    reply = case_manager.send(person.conversation_id, "At once")

    case_manager.await_state(reply["id"], "delivered")
    bulk = [message for client in clients for message in carrier.ledger(client.phone)]
    assert len(bulk) < len(clients)
    eventually(lambda: all(carrier.ledger(c.phone) for c in clients), seconds=40)
