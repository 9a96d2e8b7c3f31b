"""Whose a text is: strangers, other departments' clients, shared phones, numbers that move."""

import pytest
from tests.journeys.people import (
    Carrier,
    ClientInHand,
    Json,
    StaffMember,
    a_phone_number,
    eventually,
)

pytestmark = pytest.mark.stack


def waiting(desk: StaffMember, sender: str, *, texts: int = 1) -> Json:
    """The sender's conversation in the unassigned inbox, as soon as it holds so many texts."""

    def found() -> Json | None:
        items = desk.get("/conversations", state="unassigned", q=sender)["items"]
        return items[0] if items and items[0]["unread_count"] >= texts else None

    return eventually(found)


def in_two_departments(mine: StaffMember, theirs: StaffMember) -> tuple[ClientInHand, str]:
    """A client of both, with both conversations."""
    client = theirs.add_client()
    wanted = {"last_name": "Both", "phone": client.phone}
    added = mine.do("/clients", wanted | {"resolve": "same_person", "client_id": client.id})
    return client, str(added["conversation_id"])


def test_scenario_25_a_stranger_gets_one_automatic_reply_and_stands_in_the_inbox(
    front_desk: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    stranger = a_phone_number()

    carrier.text(sender=stranger, to=department["number"], body="Is this probation?")
    waiting(front_desk, stranger)
    eventually(lambda: carrier.ledger(stranger))
    carrier.text(sender=stranger, to=department["number"], body="Hello?")

    conversation = waiting(front_desk, stranger, texts=2)
    assert (conversation["client"], conversation["sender"]) == (None, stranger)
    assert front_desk.texts(conversation["id"])[::2] == ["Is this probation?", "Hello?"]
    # Texts to one number leave in order: an answer after ours would have come before it.
    answer = front_desk.send(conversation["id"], "It is. Who is this?")
    front_desk.await_state(answer["id"], "delivered")
    assert len(carrier.bodies(stranger)) == 2


def test_scenario_26_a_client_of_another_department_only_is_a_stranger_here(
    front_desk: StaffMember,
    elsewhere: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client = elsewhere.add_client()

    carrier.text(sender=client.phone, to=department["number"], body="Wrong office?")

    conversation = waiting(front_desk, client.phone)
    assert conversation["client"] is None
    maybe = front_desk.get(f"/conversations/{conversation['id']}/suggested-clients")["items"]
    assert [(one["client_id"], one["own_department"]) for one in maybe] == [(client.id, False)]
    assert elsewhere.texts(client.conversation_id) == []


def test_scenario_27_a_text_opens_the_closed_conversation_of_the_department_texted(
    case_manager: StaffMember,
    elsewhere: StaffMember,
    carrier: Carrier,
    other_department: dict[str, str],
) -> None:
    """Rule 2.7 overrules: the number texted says which, not what was changed last."""
    client, mine = in_two_departments(case_manager, elsewhere)
    elsewhere.do(f"/conversations/{client.conversation_id}/close")
    case_manager.do(f"/conversations/{mine}/close")

    carrier.text(sender=client.phone, to=other_department["number"], body="Me again")

    elsewhere.await_text(client.conversation_id, "Me again")
    again = elsewhere.conversation(client.conversation_id)
    assert (again["state"], again["assigned_to"]["id"]) == ("open", elsewhere.id)
    assert case_manager.conversation(mine)["state"] == "closed"
    assert case_manager.texts(mine) == []


def test_scenario_28_an_open_conversation_is_not_passed_over_for_one_that_was_closed_later(
    case_manager: StaffMember,
    colleague: StaffMember,
    elsewhere: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client, mine = in_two_departments(case_manager, elsewhere)
    case_manager.transfer(mine, colleague)
    elsewhere.do(f"/conversations/{client.conversation_id}/close")

    carrier.text(sender=client.phone, to=department["number"], body="Still there?")

    colleague.await_text(mine, "Still there?")
    assert colleague.conversation(mine)["assigned_to"]["id"] == colleague.id
    assert case_manager.status_of(f"/conversations/{mine}") == 404
    assert elsewhere.conversation(client.conversation_id)["state"] == "closed"


def test_a_client_who_texts_two_departments_has_two_threads_that_do_not_see_each_other(
    case_manager: StaffMember,
    elsewhere: StaffMember,
    supervisor: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
    other_department: dict[str, str],
) -> None:
    client, mine = in_two_departments(case_manager, elsewhere)

    carrier.text(sender=client.phone, to=department["number"], body="To pretrial")
    carrier.text(sender=client.phone, to=other_department["number"], body="To probation")

    case_manager.await_text(mine, "To pretrial")
    elsewhere.await_text(client.conversation_id, "To probation")
    assert case_manager.texts(mine) == ["To pretrial"]
    assert elsewhere.texts(client.conversation_id) == ["To probation"]
    answer = case_manager.send(mine, "From pretrial")
    case_manager.await_state(answer["id"], "delivered")
    assert carrier.ledger(client.phone)[0]["from"] == department["number"]
    for reader in (case_manager, supervisor):
        assert reader.status_of(f"/conversations/{client.conversation_id}") == 404
        [other] = reader.get(f"/clients/{client.id}")["elsewhere"]
        assert other["assigned_to"]["id"] == elsewhere.id


def test_one_number_shared_by_three_clients_goes_to_whom_we_texted_last_and_is_refiled_by_a_click(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    first = case_manager.add_client()
    second, third = (
        case_manager.add_client(phone=first.phone, resolve="shared_phone") for _ in range(2)
    )
    for one in (first, third, second):
        sent = case_manager.send(one.conversation_id, "See you")
        case_manager.await_state(sent["id"], "delivered")

    carrier.text(sender=first.phone, to=department["number"], body="It is me")

    text = case_manager.await_text(second.conversation_id, "It is me")
    question = case_manager.refused(f"/messages/{text['id']}/refile")
    assert question["code"] == "choose_client"
    assert {one["id"] for one in question["clients"]} == {first.id, third.id}
    moved = case_manager.do(f"/messages/{text['id']}/refile", {"client_id": third.id})
    assert moved["conversation_id"] == third.conversation_id
    held = [case_manager.texts(one.conversation_id) for one in (first, second, third)]
    assert held == [["See you"], ["See you"], ["See you", "It is me"]]


def test_a_number_that_moves_from_one_client_to_another_and_back_leaves_each_text_where_it_was(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    first, second = case_manager.add_client(), case_manager.add_client()
    phone = first.phone

    for turn, (giver, taker) in enumerate([(first, second), (second, first)]):
        carrier.text(sender=phone, to=department["number"], body=f"Turn {turn}")
        case_manager.await_text(giver.conversation_id, f"Turn {turn}")
        number_id = current_number(case_manager, giver, phone)
        ended = case_manager.http.delete(f"/clients/{giver.id}/numbers/{number_id}")
        assert ended.status_code == 200, ended.text
        case_manager.do(f"/clients/{taker.id}/numbers", {"phone": phone})
    carrier.text(sender=phone, to=department["number"], body="Turn 2")

    case_manager.await_text(first.conversation_id, "Turn 2")
    assert case_manager.texts(first.conversation_id) == ["Turn 0", "Turn 2"]
    assert case_manager.texts(second.conversation_id) == ["Turn 1"]
    history = case_manager.get(f"/clients/{first.id}")["numbers"]
    assert sorted(one["until"] is None for one in history if one["number"] == phone) == [
        False,
        True,
    ]


def current_number(staff: StaffMember, client: ClientInHand, phone: str) -> str:
    numbers = staff.get(f"/clients/{client.id}")["numbers"]
    [found] = [one["id"] for one in numbers if one["number"] == phone and one["until"] is None]
    return str(found)
