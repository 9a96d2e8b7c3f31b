"""Send later: the wall clock of the client decides, also where it jumps."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack

_DAY = timedelta(days=1)
IN_THE_HOUR_THAT_IS_TWICE = {"America/Los_Angeles": time(1, 30), "Europe/Berlin": time(2, 30)}
"""Two zones, for one cannot schedule into the next change of a zone from a year before it on."""
WITHOUT_SUMMER_TIME = "America/Phoenix"


@dataclass(frozen=True)
class Change:
    """The next change of clocks in a zone: its day, and how far it is from UTC until then."""

    zone: str
    day: date
    before: timezone
    after: timezone

    @classmethod
    def next(cls, *, to_summer: bool) -> "Change":
        today = datetime.now(UTC).date()
        for zone in IN_THE_HOUR_THAT_IS_TWICE:
            for day in (today + number * _DAY for number in range(2, 366)):
                before, after = _offset(zone, day - _DAY), _offset(zone, day)
                if before != after and (before < after) is to_summer:
                    return cls(zone, day, timezone(before), timezone(after))
        raise AssertionError("the clocks change no more")


def _offset(zone: str, day: date) -> timedelta:
    offset = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset


def a_local_time(zone: str, **ahead: int) -> str:
    at = datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(**ahead)
    return at.replace(tzinfo=None, second=0, microsecond=0).isoformat()


def due_of(staff: StaffMember, local_time: datetime, zone: str) -> datetime:
    """The instant that follows from a wall clock's time; what was scheduled is cancelled again."""
    client = staff.add_client()
    wanted = {
        "conversation_id": client.conversation_id,
        "body": "Court tomorrow",
        "local_time": local_time.isoformat(),
        "time_zone": zone,
    }
    made = staff.do("/scheduled-messages", wanted)
    assert staff.http.delete(f"/scheduled-messages/{made['id']}").is_success
    return datetime.fromisoformat(made["due_at"])


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


def test_an_hour_that_does_not_exist_is_over_at_once(case_manager: StaffMember) -> None:
    change = Change.next(to_summer=True)

    due = due_of(case_manager, datetime.combine(change.day, time(2, 30)), change.zone)

    assert due == datetime.combine(change.day, time(2), change.before)


def test_of_an_hour_that_is_twice_the_first_is_meant(case_manager: StaffMember) -> None:
    change = Change.next(to_summer=False)
    local_time = datetime.combine(change.day, IN_THE_HOUR_THAT_IS_TWICE[change.zone])

    due = due_of(case_manager, local_time, change.zone)

    assert due == local_time.replace(tzinfo=change.before)


def test_nine_stays_nine_when_the_clocks_change(case_manager: StaffMember) -> None:
    change = Change.next(to_summer=True)
    nine = datetime.combine(change.day, time(9))

    day_before = due_of(case_manager, nine - _DAY, change.zone)
    same_day = due_of(case_manager, nine, change.zone)

    assert day_before == (nine - _DAY).replace(tzinfo=change.before)
    assert same_day == nine.replace(tzinfo=change.after)


def test_a_text_goes_out_at_its_minute_and_a_cancelled_one_does_not(
    case_manager: StaffMember, carrier: Carrier, stack: RunningStack
) -> None:
    client = case_manager.add_client()
    soon = a_local_time(WITHOUT_SUMMER_TIME, minutes=2)
    kept, dropped = (
        case_manager.post(
            "/scheduled-messages",
            {
                "conversation_id": client.conversation_id,
                "body": body,
                "local_time": soon,
                "time_zone": WITHOUT_SUMMER_TIME,
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
