"""Who has a client: from the inbox, back and forth, and a supervisor in between."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.journeys.people import Carrier, StaffMember, a_phone_number, eventually
from tests.journeys.test_receiving import waiting

pytestmark = pytest.mark.stack


def test_scenario_30_a_strangers_whole_conversation_moves_and_is_no_transfer_to_who_gets_it(
    front_desk: StaffMember,
    case_manager: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    stranger = a_phone_number()
    carrier.text(sender=stranger, to=department["number"], body="First of all")
    found = waiting(front_desk, stranger)
    carrier.text(sender=stranger, to=department["number"], body="And then")
    waiting(front_desk, stranger, texts=2)

    front_desk.do(f"/conversations/{found['id']}/assign", {"staff_id": case_manager.id})

    texts = case_manager.texts(found["id"])
    assert texts[0] == "First of all"
    assert "And then" in texts
    assert case_manager.conversation(found["id"])["unread_count"] == 2
    transcript = case_manager.transcript(found["id"])
    assert "Assigned" in transcript
    assert "Transferred" not in transcript
    assert front_desk.status_of(f"/conversations/{found['id']}") == 404


def test_scenario_33_to_whom_has_the_client_already_nothing_happens_and_nobody_gets_an_e_mail(
    case_manager: StaffMember, colleague: StaffMember, supervisor: StaffMember, carrier: Carrier
) -> None:
    """Rule 2.11 overrules the blank receiver: ending a client's time is closing, with outcome."""
    client = case_manager.add_client(first_name="Ximena", last_name="Stays")
    here = f"/conversations/{client.conversation_id}"
    before = case_manager.get(here)

    same = supervisor.refused(f"{here}/transfer", {"staff_id": case_manager.id})
    blank = supervisor.refused(f"{here}/transfer", {"staff_id": None})

    assert (same["status"], same["code"]) == (409, "already_theirs")
    assert blank["status"] == 422
    assert case_manager.get(here) == before
    # Letters leave in order: another to the case manager would have come before this one.
    supervisor.transfer(client.conversation_id, colleague)
    supervisor.transfer(client.conversation_id, case_manager, note="Back to you")
    assert eventually(lambda: carrier.letters(case_manager, "Back to you"))
    assert len(carrier.letters(case_manager, "Ximena S")) == 1


def test_two_case_managers_who_add_the_same_number_in_the_same_instant(
    case_manager: StaffMember, colleague: StaffMember
) -> None:
    """One wins; the other gets rule 2.4's answer and no client."""
    phones = [a_phone_number() for _ in range(4)]

    with ThreadPoolExecutor(2) as both:
        for phone in phones:
            new = {"last_name": "Raced", "phone": phone}
            answers = [
                (one, both.submit(one.post, "/clients", new)) for one in (case_manager, colleague)
            ]
            done = {who.id: waited.result() for who, waited in answers}

            [winner] = [who for who, answer in done.items() if answer.status_code == 201]
            [refused] = [answer for who, answer in done.items() if who != winner]
            assert (refused.status_code, refused.json()["code"]) == (409, "assigned_to_colleague")
            assert refused.json()["staff"]["id"] == winner
            for one in (case_manager, colleague):
                held = one.get("/conversations", box="mine", q=phone)["items"]
                assert len(held) == (1 if one.id == winner else 0)


def test_clients_who_text_while_they_change_hands_are_unread_with_who_has_them_in_the_end(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    clients = [case_manager.add_client() for _ in range(4)]
    texts = [f"Word {number}" for number in range(3)]

    with ThreadPoolExecutor(2) as both:
        typed = both.submit(
            lambda: [
                carrier.text(sender=client.phone, to=department["number"], body=body)
                for body in texts
                for client in clients
            ]
        )
        for client in clients:
            case_manager.transfer(client.conversation_id, colleague)
        typed.result()

    for client in clients:
        for body in texts:
            colleague.await_text(client.conversation_id, body)
        row = colleague.conversation(client.conversation_id)
        assert (row["unread_count"], row["assigned_to"]["id"]) == (len(texts), colleague.id)
        assert case_manager.status_of(f"/conversations/{client.conversation_id}") == 404
