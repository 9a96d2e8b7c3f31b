"""Two clients who are one person: one stream, and nothing of either is lost."""

from functools import partial

import pytest
from tests.journeys.people import Carrier, ClientInHand, Json, StaffMember, eventually

pytestmark = pytest.mark.stack


def current(staff: StaffMember, client: ClientInHand) -> list[str]:
    """Current numbers, the primary one first."""
    numbers = staff.get(f"/clients/{client.id}")["numbers"]
    held = [one for one in numbers if one["until"] is None]
    return [one["number"] for one in sorted(held, key=lambda one: not one["primary"])]


def test_scenario_34_the_survivor_has_name_a_number_b_and_all_messages_in_one_stream(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    """Rule 2.5: the absorbed client's number stays current too, so that no text gets lost."""
    gone = case_manager.add_client(first_name="Robert", last_name="Lane")
    kept = case_manager.add_client(first_name="Bo", last_name="Lane")
    for client, body in ((gone, "one"), (kept, "two"), (gone, "three")):
        carrier.text(sender=client.phone, to=department["number"], body=body)
        case_manager.await_text(client.conversation_id, body)
    [number] = case_manager.get(f"/clients/{kept.id}")["numbers"]

    merged = case_manager.do(
        f"/clients/{kept.id}/merge",
        {"absorb_id": gone.id, "name_from": gone.id, "primary_number_id": number["id"]},
    )

    assert (merged["id"], merged["first_name"], merged["messages_moved"]) == (kept.id, "Robert", 2)
    assert current(case_manager, kept) == [kept.phone, gone.phone]
    assert case_manager.texts(kept.conversation_id) == ["one", "two", "three"]
    lines = case_manager.transcript(kept.conversation_id).splitlines()
    marked = [line for line in lines if "---" in line]
    assert any("ended" in line.lower() for line in marked), marked
    assert "merged" in marked[-1].lower(), marked
    # What named the absorbed one leads to the survivor, for ever.
    assert case_manager.conversation(gone.conversation_id)["id"] == kept.conversation_id
    assert case_manager.get(f"/clients/{gone.id}")["id"] == kept.id


def test_scenario_35_the_survivors_notes_and_status_win_and_blanks_are_filled(
    case_manager: StaffMember,
) -> None:
    status, *_ = case_manager.get("/labels")["statuses"]
    category, *_ = case_manager.get("/labels")["categories"]
    gone = case_manager.add_client(notes="the other's notes", id_number="JC-77")
    kept = case_manager.add_client(notes="my notes")
    path = f"/conversations/{gone.conversation_id}"
    labels = {"status_id": status["id"], "category_id": category["id"]}
    assert case_manager.http.patch(path, json=labels).status_code == 200

    merged = case_manager.do(f"/clients/{kept.id}/merge", {"absorb_id": gone.id})

    assert (merged["notes"], merged["id_number"]) == ("my notes", "JC-77")
    row = case_manager.conversation(kept.conversation_id)
    assert (row["status"]["id"], row["category"]["id"]) == (status["id"], category["id"])


def test_scenario_36_a_merge_that_is_refused_changes_nothing(
    case_manager: StaffMember,
    elsewhere: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
    other_department: dict[str, str],
) -> None:
    """Rule 2.5: another department has both, so it is for a supervisor of the organisation."""
    clients = [case_manager.add_client() for _ in range(2)]
    for client in clients:
        wanted = {"last_name": "Both", "phone": client.phone, "client_id": client.id}
        elsewhere.do("/clients", wanted | {"resolve": "same_person"})
    carrier.text(sender=clients[1].phone, to=department["number"], body="Still here")
    case_manager.await_text(clients[1].conversation_id, "Still here")
    before = [case_manager.get(f"/clients/{client.id}") for client in clients]

    refused = case_manager.refused(f"/clients/{clients[0].id}/merge", {"absorb_id": clients[1].id})

    assert (refused["status"], refused["code"]) == (409, "merge_needs_organisation")
    assert refused["departments"] == [other_department["name"]]
    assert [case_manager.get(f"/clients/{client.id}") for client in clients] == before
    assert case_manager.texts(clients[1].conversation_id) == ["Still here"]


def test_a_merge_keeps_what_is_scheduled_and_unread_on_both(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    gone, kept = case_manager.add_client(), case_manager.add_client()
    waiting = [
        case_manager.schedule(gone.conversation_id, "From the absorbed", days=20),
        case_manager.schedule(kept.conversation_id, "From the survivor", days=21),
    ]
    for client in (gone, kept):
        carrier.text(sender=client.phone, to=department["number"], body="Unread")
        case_manager.await_text(client.conversation_id, "Unread")
    eventually(lambda: _scheduled_count(case_manager, gone) == 1)

    preview = case_manager.get(f"/clients/{kept.id}/merge", absorb_id=gone.id)
    case_manager.do(f"/clients/{kept.id}/merge", {"absorb_id": gone.id})

    [thread] = preview["threads"]
    assert (thread["messages"], thread["scheduled"], thread["unread"]) == (1, 1, 1)
    assert case_manager.conversation(kept.conversation_id)["unread_count"] == 2
    eventually(lambda: _scheduled_count(case_manager, kept) == 2)
    for one in waiting:
        moved = eventually(partial(_with, case_manager, one, kept))
        assert moved["state"] == "scheduled"
    # A text to the absorbed one's number, and one scheduled under its old address, follow.
    carrier.text(sender=gone.phone, to=department["number"], body="Later")
    case_manager.await_text(kept.conversation_id, "Later")
    late = case_manager.schedule(gone.conversation_id, "Under the old address", days=22)
    assert late["conversation_id"] == kept.conversation_id
    for one in (*waiting, late):
        assert case_manager.http.delete(f"/scheduled-messages/{one['id']}").is_success


def _scheduled_count(staff: StaffMember, client: ClientInHand) -> int:
    return int(staff.conversation(client.conversation_id)["scheduled_count"])


def _with(staff: StaffMember, scheduled: Json, client: ClientInHand) -> Json | None:
    found = staff.get(f"/scheduled-messages/{scheduled['id']}")
    return found if found["conversation_id"] == client.conversation_id else None
