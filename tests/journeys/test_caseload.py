"""Clients change hands, conversations close and open again: nothing is lost on the way."""

import pytest
from tests.journeys.people import Carrier, StaffMember, eventually

pytestmark = pytest.mark.stack


def test_scenario_29_a_transfer_moves_everything_and_writes_to_the_receiver(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    later = case_manager.schedule(client.conversation_id, "Court on Monday", days=30)
    carrier.text(sender=client.phone, to=department["number"], body="Am I late?")
    case_manager.await_text(client.conversation_id, "Am I late?")

    case_manager.transfer(client.conversation_id, colleague, note="Call her first, please.")

    assert case_manager.status_of(here) == 404
    assert case_manager.status_of(f"{here}/messages") == 404
    assert case_manager.status_of(f"/scheduled-messages/{later['id']}") == 404
    assert colleague.get(here)["unread_count"] == 1
    assert "Am I late?" in colleague.texts(client.conversation_id)
    assert colleague.get(f"/scheduled-messages/{later['id']}")["state"] == "scheduled"

    [letter] = eventually(lambda: carrier.letters(colleague, "Call her first, please."))
    assert "Am I late?" not in str(letter)
    assert colleague.http.delete(f"/scheduled-messages/{later['id']}").is_success


def test_scenario_32_a_text_that_is_on_its_way_during_a_transfer_is_the_receivers(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    clients = [case_manager.add_client() for _ in range(4)]

    for number, client in enumerate(clients):
        if number % 2:
            case_manager.transfer(client.conversation_id, colleague)
        carrier.text(sender=client.phone, to=department["number"], body="On my way")
        if not number % 2:
            case_manager.transfer(client.conversation_id, colleague)

    for client in clients:
        colleague.await_text(client.conversation_id, "On my way")
        conversation = colleague.get(f"/conversations/{client.conversation_id}")
        assert conversation["unread_count"] == 1
        assert conversation["assigned_to"]["id"] == colleague.id
        assert colleague.texts(client.conversation_id) == ["On my way"]


def test_scenario_31_without_a_receiver_i_keep_the_client(case_manager: StaffMember) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"

    nobody = case_manager.post(f"{here}/transfer", {})
    myself = case_manager.post(f"{here}/transfer", {"staff_id": case_manager.id})

    assert nobody.status_code == 422
    assert (myself.status_code, myself.json()["code"]) == (409, "already_theirs")
    assert case_manager.get(here)["assigned_to"]["id"] == case_manager.id


def test_scenario_37_closing_cancels_what_is_scheduled_and_a_later_text_opens_it_again(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    later = case_manager.schedule(client.conversation_id, "Never to be sent", days=30)
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
    assert again["assigned_to"]["id"] == case_manager.id
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
        "staff_id": colleague.id,
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
