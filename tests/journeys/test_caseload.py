"""Clients change hands, conversations close and open again: nothing is lost on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.journeys.people import Carrier, ClientInHand, StaffMember, eventually

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack

ZONE = "America/New_York"


def schedule(staff: StaffMember, client: ClientInHand, body: str, **ahead: int) -> dict[str, Any]:
    at = datetime.now(UTC).astimezone(ZoneInfo(ZONE)) + timedelta(**ahead)
    answer = staff.post(
        "/scheduled-messages",
        {
            "conversation_id": client.conversation_id,
            "body": body,
            "local_time": at.replace(tzinfo=None, second=0, microsecond=0).isoformat(),
            "time_zone": ZONE,
        },
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def me(staff: StaffMember) -> dict[str, Any]:
    return staff.get("/me")


def transfer(
    staff: StaffMember, client: ClientInHand, to: StaffMember, **more: Any
) -> dict[str, Any]:
    answer = staff.post(
        f"/conversations/{client.conversation_id}/transfer", {"staff_id": me(to)["id"], **more}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def status_of(staff: StaffMember, path: str) -> int:
    return staff.http.get(path).status_code


def test_scenario_29_a_transfer_moves_everything_and_writes_to_the_receiver(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
    stack: RunningStack,
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    later = schedule(case_manager, client, "Court on Monday", days=30)
    carrier.text(sender=client.phone, to=department["number"], body="Am I late?")
    case_manager.await_text(client.conversation_id, "Am I late?")

    transfer(case_manager, client, colleague, note="Call her first, please.")

    assert status_of(case_manager, here) == 404
    assert status_of(case_manager, f"{here}/messages") == 404
    assert status_of(case_manager, f"/scheduled-messages/{later['id']}") == 404
    assert colleague.get(here)["unread_count"] == 1
    assert "Am I late?" in colleague.texts(client.conversation_id)
    assert colleague.get(f"/scheduled-messages/{later['id']}")["state"] == "scheduled"

    def mail() -> dict[str, Any] | None:
        listed = carrier.http.get("/simulator/mail").json()
        found = [one for one in _mails(listed) if "Call her first, please." in str(one)]
        return found[0] if found else None

    assert "Am I late?" not in str(eventually(mail))
    assert colleague.http.delete(f"/scheduled-messages/{later['id']}").is_success


def _mails(listed: Any) -> list[dict[str, Any]]:
    if isinstance(listed, list):
        return listed
    return next(value for value in listed.values() if isinstance(value, list))


def test_scenario_32_a_text_that_is_on_its_way_during_a_transfer_is_the_receivers(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    clients = [case_manager.add_client() for _ in range(4)]

    for number, client in enumerate(clients):
        if number % 2:
            transfer(case_manager, client, colleague)
        carrier.text(sender=client.phone, to=department["number"], body="On my way")
        if not number % 2:
            transfer(case_manager, client, colleague)

    for client in clients:
        colleague.await_text(client.conversation_id, "On my way")
        conversation = colleague.get(f"/conversations/{client.conversation_id}")
        assert conversation["unread_count"] == 1
        assert conversation["assigned_to"]["id"] == me(colleague)["id"]
        assert colleague.texts(client.conversation_id) == ["On my way"]


def test_scenario_31_without_a_receiver_i_keep_the_client(case_manager: StaffMember) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"

    nobody = case_manager.post(f"{here}/transfer", {})
    myself = case_manager.post(f"{here}/transfer", {"staff_id": me(case_manager)["id"]})

    assert nobody.status_code == 422
    assert (myself.status_code, myself.json()["code"]) == (409, "already_theirs")
    assert case_manager.get(here)["assigned_to"]["id"] == me(case_manager)["id"]


def test_scenario_37_closing_cancels_what_is_scheduled_and_a_later_text_opens_it_again(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    later = schedule(case_manager, client, "Never to be sent", minutes=3)
    carrier.text(sender=client.phone, to=department["number"], body="Thanks")
    case_manager.await_text(client.conversation_id, "Thanks")
    [outcome, *_] = case_manager.get("/labels")["outcomes"]

    closed = case_manager.post(f"{here}/close", {"outcome_id": outcome["id"]})

    assert closed.status_code == 200, closed.text
    assert (closed.json()["state"], closed.json()["unread_count"]) == ("closed", 0)

    def canceled() -> bool:
        found = case_manager.get(f"/scheduled-messages/{later['id']}")
        return bool(found["state"] == "canceled")

    assert eventually(canceled)
    refused = case_manager.post(f"{here}/messages", {"body": "One more thing"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conversation_closed")

    carrier.text(sender=client.phone, to=department["number"], body="Me again")
    case_manager.await_text(client.conversation_id, "Me again")
    again = case_manager.get(here)
    assert (again["state"], again["unread_count"]) == ("open", 1)
    assert again["assigned_to"]["id"] == me(case_manager)["id"]
    assert case_manager.get(f"/scheduled-messages/{later['id']}")["state"] == "canceled"
    assert carrier.bodies(client.phone) == []


def test_a_caseload_is_transferred_and_closed_together(
    case_manager: StaffMember, colleague: StaffMember
) -> None:
    clients = [case_manager.add_client() for _ in range(5)]
    ids = [client.conversation_id for client in clients]
    theirs = colleague.add_client()
    order = {
        "conversation_ids": [*ids, theirs.conversation_id],
        "staff_id": me(colleague)["id"],
        "note": "On leave",
    }

    preview = case_manager.post("/transfers", {**order, "preview": True}).json()
    moved = case_manager.post("/transfers", order).json()
    closed = colleague.post("/closings", {"conversation_ids": ids}).json()

    assert preview["moves"]["conversations"] == 5
    assert sorted(preview["done"]) == sorted(moved["done"]) == sorted(ids)
    assert moved["left_out"] == [{"conversation_id": theirs.conversation_id, "code": "not_yours"}]
    assert sorted(closed["done"]) == sorted(ids)
    for conversation_id in ids:
        assert colleague.get(f"/conversations/{conversation_id}")["state"] == "closed"
