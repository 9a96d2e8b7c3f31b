"""Adding a client whose number somebody has, and changing what is known of one."""

import pytest
from tests.journeys.people import Carrier, Json, StaffMember, a_phone_number, eventually

pytestmark = pytest.mark.stack


def other_form(phone: str) -> str:
    """The same number as somebody else writes it."""
    return f"1 ({phone[2:5]}) {phone[5:8]}.{phone[8:]}"


def is_of_numbers(letter: Json) -> bool:
    return "phone number" in letter["subject"]


def test_scenario_01_a_colleagues_client_is_not_added_twice_and_the_colleague_is_named(
    case_manager: StaffMember, colleague: StaffMember
) -> None:
    client = case_manager.add_client()
    before = colleague.get("/conversations", box="mine", q=client.phone)["items"]

    answer = colleague.refused("/clients", {"last_name": "Again", "phone": client.phone})

    assert (answer["status"], answer["code"]) == (409, "assigned_to_colleague")
    assert answer["staff"] == {"id": case_manager.id, "full_name": case_manager.me["full_name"]}
    assert colleague.get("/conversations", box="mine", q=client.phone)["items"] == before == []
    assert case_manager.conversation(client.conversation_id)["assigned_to"]["id"] == case_manager.id


def test_scenario_02_another_departments_client_is_shown_and_nothing_is_made_until_i_confirm(
    case_manager: StaffMember, elsewhere: StaffMember
) -> None:
    client = elsewhere.add_client(first_name="Ada", last_name="Elsewhere", notes="theirs")
    wanted = {"first_name": "A.", "last_name": "Quist", "phone": client.phone, "notes": "mine"}

    question = case_manager.refused("/clients", wanted)

    assert (question["status"], question["code"]) == (409, "known_in_other_department")
    shown = {"id": client.id, "first_name": "Ada", "last_name": "Elsewhere"}
    assert question["client"] == shown
    assert case_manager.get("/conversations", box="mine", q="Elsewhere")["items"] == []
    assert case_manager.status_of(f"/clients/{client.id}") == 404

    added = case_manager.do("/clients", wanted | {"resolve": "same_person", "client_id": client.id})

    assert (added["id"], added["outcome"]) == (client.id, "created")
    assert (added["first_name"], added["last_name"], added["notes"]) == ("Ada", "Elsewhere", "mine")
    assert added["conversation_id"] != client.conversation_id
    assert elsewhere.get(f"/clients/{client.id}")["notes"] == "theirs"
    [other] = added["elsewhere"]
    assert other["assigned_to"]["id"] == elsewhere.id


def test_scenario_03_adding_my_closed_client_in_another_format_opens_the_old_conversation(
    case_manager: StaffMember,
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    case_manager.do(f"{here}/close")

    added = case_manager.do("/clients", {"last_name": "Again", "phone": other_form(client.phone)})

    assert (added["conversation_id"], added["outcome"]) == (client.conversation_id, "reopened")
    again = case_manager.get(here)
    assert (again["state"], again["assigned_to"]["id"]) == ("open", case_manager.id)


def test_scenario_05_both_departments_learn_of_a_changed_number(
    case_manager: StaffMember, elsewhere: StaffMember, carrier: Carrier
) -> None:
    """Rule 2.3: old and new number stand in the markers; the e-mail names nobody's number."""
    client = elsewhere.add_client(first_name="Numa", last_name="Moves")
    shared = case_manager.do(
        "/clients",
        {
            "last_name": "Moves",
            "phone": client.phone,
            "resolve": "same_person",
            "client_id": client.id,
        },
    )
    [old] = shared["numbers"]
    new_phone = a_phone_number()

    case_manager.http.patch(f"/clients/{client.id}", json={"first_name": "Nora"})
    case_manager.do(
        f"/clients/{client.id}/numbers",
        {"phone": new_phone, "replaces": old["id"], "primary": True},
    )

    # Of the new name there is a letter too.
    [letter] = eventually(lambda: [*filter(is_of_numbers, carrier.letters(elsewhere, "Nora M"))])
    assert case_manager.me["full_name"] in str(letter)
    assert new_phone[-4:] not in letter["text"].partition("http")[0]
    for reader, thread in (
        (case_manager, shared["conversation_id"]),
        (elsewhere, client.conversation_id),
    ):
        transcript = reader.transcript(thread)
        assert f"new number: {new_phone}; old number: {client.phone}" in transcript
        assert f"by {case_manager.me['full_name']}" in transcript
    numbers = elsewhere.get(f"/clients/{client.id}")["numbers"]
    current = {one["number"]: one["until"] is None for one in numbers}
    assert current == {client.phone: False, new_phone: True}
    assert carrier.letters(case_manager, "Nora M") == []


def test_scenario_05_who_has_the_client_no_longer_gets_no_e_mail(
    case_manager: StaffMember, elsewhere: StaffMember, supervisor: StaffMember, carrier: Carrier
) -> None:
    client = elsewhere.add_client(first_name="Quentia", last_name="Gone")
    elsewhere.do(f"/conversations/{client.conversation_id}/close")
    mine = {"last_name": "Gone", "phone": client.phone}
    case_manager.do("/clients", mine | {"resolve": "same_person", "client_id": client.id})

    supervisor.do(f"/clients/{client.id}/numbers", {"phone": a_phone_number()})

    assert eventually(lambda: carrier.letters(case_manager, "Quentia G"))
    assert carrier.letters(elsewhere, "Quentia G") == []


def test_scenario_06_a_supervisors_change_names_them_and_an_administrator_changes_no_client(
    case_manager: StaffMember, supervisor: StaffMember, administrator: StaffMember
) -> None:
    """Rules 1.1 and 2.3 overrule: clients are no business of administrators, and markers name."""
    client = case_manager.add_client()
    path = f"/clients/{client.id}/numbers"

    refused = administrator.post(path, {"phone": a_phone_number()})
    supervisor.do(path, {"phone": a_phone_number()})

    assert refused.status_code == 403
    assert len(case_manager.get(f"/clients/{client.id}")["numbers"]) == 2
    assert supervisor.me["full_name"] in case_manager.transcript(client.conversation_id)


def test_scenario_07_notes_are_the_departments_own_and_nobody_gets_an_e_mail(
    case_manager: StaffMember, elsewhere: StaffMember, carrier: Carrier
) -> None:
    """Rules 2.1 and 6.4: the change is in the audit log instead of a tracker's."""
    client = elsewhere.add_client(first_name="Zelda", last_name="Noted")
    mine = {"last_name": "Noted", "phone": client.phone}
    added = case_manager.do("/clients", mine | {"resolve": "same_person", "client_id": client.id})

    changed = case_manager.http.patch(f"/clients/{client.id}", json={"notes": "Walks in"})

    assert changed.json()["notes"] == "Walks in"
    assert elsewhere.get(f"/clients/{client.id}")["notes"] == ""
    # Letters leave in order: when the one on the number is there, none on the notes will come.
    case_manager.do(f"/clients/{client.id}/numbers", {"phone": a_phone_number()})
    [letter] = eventually(lambda: carrier.letters(elsewhere, "Zelda N"))
    assert is_of_numbers(letter)
    assert "Walks in" not in case_manager.transcript(added["conversation_id"])
