"""Send later: the wall clock of the client decides, also where it jumps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack


def a_local_time(zone: str, **ahead: int) -> str:
    at = datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(**ahead)
    return at.replace(tzinfo=None, second=0, microsecond=0).isoformat()


def test_a_time_in_the_past_is_refused_beside_its_field(case_manager: StaffMember) -> None:
    client = case_manager.add_client()

    answer = case_manager.post(
        "/scheduled-messages",
        {
            "conversation_id": client.conversation_id,
            "body": "Too late",
            "local_time": a_local_time("America/New_York", days=-1),
            "time_zone": "America/New_York",
        },
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == "time_in_the_past"


@pytest.mark.parametrize(
    ("local_time", "zone", "due_at"),
    [
        ("2027-03-14T02:30:00", "America/Los_Angeles", "2027-03-14T10:00:00Z"),
        ("2027-11-07T01:30:00", "America/Los_Angeles", "2027-11-07T08:30:00Z"),
        ("2027-03-14T09:00:00", "America/New_York", "2027-03-14T13:00:00Z"),
        ("2027-03-13T09:00:00", "America/New_York", "2027-03-13T14:00:00Z"),
    ],
    ids=["hour-that-does-not-exist", "hour-that-is-twice", "after-spring", "before-spring"],
)
def test_the_instant_follows_from_wall_clock_and_zone(
    case_manager: StaffMember, local_time: str, zone: str, due_at: str
) -> None:
    client = case_manager.add_client()

    answer = case_manager.post(
        "/scheduled-messages",
        {
            "conversation_id": client.conversation_id,
            "body": "Court tomorrow",
            "local_time": local_time,
            "time_zone": zone,
        },
    )

    assert answer.status_code == 201, answer.text
    assert datetime.fromisoformat(answer.json()["due_at"]) == datetime.fromisoformat(due_at)
    path = f"/scheduled-messages/{answer.json()['id']}"
    assert case_manager.http.delete(path).is_success


def test_a_text_goes_out_at_its_minute_and_a_cancelled_one_does_not(
    case_manager: StaffMember, carrier: Carrier, stack: RunningStack
) -> None:
    client = case_manager.add_client()
    soon = a_local_time("America/New_York", minutes=2)
    kept, dropped = (
        case_manager.post(
            "/scheduled-messages",
            {
                "conversation_id": client.conversation_id,
                "body": body,
                "local_time": soon,
                "time_zone": "America/New_York",
            },
        ).json()
        for body in ("Court tomorrow at 9", "Never mind")
    )

    assert case_manager.http.delete(f"/scheduled-messages/{dropped['id']}").is_success

    stack.set_clock_offset(150)  # the wait of two minutes is over; time never goes back
    due = case_manager.await_text(client.conversation_id, "Court tomorrow at 9")
    case_manager.await_state(due["id"], "delivered")
    assert carrier.bodies(client.phone) == ["Court tomorrow at 9"]
    assert kept["state"] == "scheduled"
