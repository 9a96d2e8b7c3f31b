"""A text goes out, an answer comes back, and everybody sees what they should."""

from uuid import uuid4

import pytest
from tests.journeys.people import Carrier, StaffMember, a_phone_number, eventually

pytestmark = pytest.mark.stack


def test_a_text_is_delivered_and_the_carrier_took_it_once(
    case_manager: StaffMember, carrier: Carrier
) -> None:
    client = case_manager.add_client()

    sent = case_manager.send(client.conversation_id, "See you on Monday at 9.")

    delivered = case_manager.await_state(sent["id"], "delivered")
    assert carrier.bodies(client.phone) == ["See you on Monday at 9."]
    assert delivered["sent_at"] <= delivered["delivered_at"]


def test_an_answer_stands_in_the_conversation_unread(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = case_manager.add_client()

    carrier.text(sender=client.phone, to=department["number"], body="I will be there")

    received = case_manager.await_text(client.conversation_id, "I will be there")
    conversation = case_manager.get(f"/conversations/{client.conversation_id}")
    assert received["direction"] == "inbound"
    assert conversation["unread_count"] == 1


def test_a_number_typed_in_another_way_is_the_same_number(
    case_manager: StaffMember, carrier: Carrier
) -> None:
    phone = a_phone_number()
    typed = f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    client = case_manager.add_client(phone=typed)

    sent = case_manager.send(client.conversation_id, "Hello")

    case_manager.await_state(sent["id"], "delivered")
    assert carrier.bodies(phone) == ["Hello"]


def test_the_same_key_sends_once(case_manager: StaffMember, carrier: Carrier) -> None:
    client = case_manager.add_client()
    key = str(uuid4())

    first = case_manager.send(client.conversation_id, "Only once", key=key)
    second = case_manager.send(client.conversation_id, "Only once", key=key)
    other = case_manager.post(
        f"/conversations/{client.conversation_id}/messages", {"body": "Other"}, key=key
    )

    assert first["id"] == second["id"]
    assert other.status_code == 422
    case_manager.await_state(first["id"], "delivered")
    assert carrier.bodies(client.phone) == ["Only once"]


def test_texts_to_one_client_arrive_in_the_order_in_which_they_were_written(
    case_manager: StaffMember, carrier: Carrier
) -> None:
    client = case_manager.add_client()
    bodies = [f"Part {number}" for number in range(1, 9)]

    sent = [case_manager.send(client.conversation_id, body) for body in bodies]

    for message in sent:
        case_manager.await_state(message["id"], "delivered")
    assert carrier.bodies(client.phone) == bodies
    assert case_manager.texts(client.conversation_id) == bodies


def test_a_picture_that_a_client_sends_can_be_looked_at(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = case_manager.add_client()
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
        "rkJggg=="
    )

    carrier.text(
        sender=client.phone,
        to=department["number"],
        body="my papers",
        media=[{"content_type": "image/png", "base64": pixel}],
    )

    case_manager.await_text(client.conversation_id, "my papers")

    def stored() -> dict[str, str] | None:
        message = case_manager.await_text(client.conversation_id, "my papers")
        files = [f for f in message["attachments"] if f.get("size_bytes")]
        return files[0] if files else None

    assert eventually(stored)["content_type"] == "image/png"


def test_a_failed_number_says_what_happened_and_what_to_do(
    case_manager: StaffMember, carrier: Carrier
) -> None:
    client = case_manager.add_client(phone="+15005550009")

    sent = case_manager.send(client.conversation_id, "Are you there?")

    failed = case_manager.await_state(sent["id"], "failed")
    conversation = case_manager.get(f"/conversations/{client.conversation_id}")
    assert failed["error"]["code"] == "21614"
    assert len(failed["error"]["message"]) > 20
    assert conversation["delivery_problem"] is True
    assert carrier.bodies(client.phone) == []


def test_who_texts_for_the_first_time_gets_one_answer_and_then_a_case_manager(
    front_desk: StaffMember,
    case_manager: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    stranger = a_phone_number()

    carrier.text(sender=stranger, to=department["number"], body="Is this probation?")
    carrier.text(sender=stranger, to=department["number"], body="Hello?")

    def waiting() -> dict[str, str] | None:
        items = front_desk.get("/conversations", state="unassigned", q=stranger)["items"]
        return items[0] if items and items[0]["unread_count"] >= 2 else None

    conversation = eventually(waiting)
    eventually(lambda: carrier.ledger(stranger))
    assigned = front_desk.post(
        f"/conversations/{conversation['id']}/assign",
        {"staff_id": case_manager.get("/me")["id"]},
    )
    assert assigned.status_code == 200, assigned.text
    answer = case_manager.send(conversation["id"], "Yes. Who is this?")
    case_manager.await_state(answer["id"], "delivered")
    bodies = carrier.bodies(stranger)
    assert len(bodies) == 2
    assert bodies[1] == "Yes. Who is this?"


def test_who_opts_out_is_not_texted_until_they_opt_in_again(
    case_manager: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = case_manager.add_client()
    carrier.text(sender=client.phone, to=department["number"], body=" Stop. ")
    case_manager.await_text(client.conversation_id, " Stop. ")

    def refused() -> bool:
        answer = case_manager.post(
            f"/conversations/{client.conversation_id}/messages", {"body": "Hello"}
        )
        return answer.status_code in (409, 422) and "opted" in answer.text

    eventually(refused)
    carrier.text(sender=client.phone, to=department["number"], body="START")
    case_manager.await_text(client.conversation_id, "START")

    def accepted() -> str | None:
        answer = case_manager.post(
            f"/conversations/{client.conversation_id}/messages", {"body": "Welcome back"}
        )
        return str(answer.json()["id"]) if answer.status_code == 201 else None

    case_manager.await_state(eventually(accepted), "delivered")
    assert "Hello" not in carrier.bodies(client.phone)[:-1]
    assert carrier.bodies(client.phone)[-1] == "Welcome back"


def test_somebody_elses_conversation_is_not_found(
    case_manager: StaffMember, colleague: StaffMember
) -> None:
    client = case_manager.add_client()
    path = f"/conversations/{client.conversation_id}"

    assert colleague.http.get(path).status_code == 404
    assert colleague.http.get(f"{path}/messages").status_code == 404
    assert colleague.post(f"{path}/messages", {"body": "hm"}).status_code == 404
