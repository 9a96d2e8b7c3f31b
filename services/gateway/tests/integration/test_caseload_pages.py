"""Transfers, closings and labels: what their pages show first, and what they do then."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.caseload import (
    CloseConversation,
    TransferConversation,
    TransferConversations,
)
from clientcomm_contracts.conversations.labels import FollowUpView
from clientcomm_contracts.conversations.views import IntroductionView, LabelView
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_the_transfer_page_says_in_numbers_what_moves(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.change(scene.talk, scheduled_count=3, unread_count=2)

    page = await browser.get(f"/conversations/{scene.talk.row.id}/transfer")

    assert "3 move along" in page.text
    assert "2 stay unread" in page.text
    assert "Ben Okafor" in page.text
    assert f'value="{scene.manager.id}"' not in page.text
    assert "Fay Desk" not in page.text


async def test_a_transfer_is_done_with_note_and_noted(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/conversations/{scene.talk.row.id}"

    answer = await browser.post(
        f"{here}/transfer",
        {"staff_id": str(scene.stranger.id), "note": "Call\r\nfirst", "tell_client": "1"},
    )

    assert answer.headers["location"] == "/conversations?notice=transferred"
    [order] = [one for one in house.owners.asked if isinstance(one, TransferConversation)]
    assert (order.note, order.tell_client) == ("Call\nfirst", True)
    assert (await browser.get(here)).status_code == 404
    deeds = [deed for deed, *_ in await house.audited(database_urls.owner)]
    assert "conversation.transferred" in deeds


async def test_with_no_colleague_chosen_i_keep_the_client_and_my_note(house: House) -> None:
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/transfer", {"note": "Keep <this>"}
    )

    assert answer.status_code == 422
    assert "Choose who takes over." in answer.text
    assert "Keep &lt;this&gt;" in answer.text
    assert scene.talk.row.assigned_to is not None
    assert scene.talk.row.assigned_to.id == scene.manager.id


async def test_the_receiver_is_asked_to_introduce_themselves(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.introductions[scene.talk.row.id] = IntroductionView(
        from_staff="Ben Okafor", since=NOW, note="Prefers <mornings>"
    )

    page = await browser.get(f"/conversations/{scene.talk.row.id}")

    assert "Ben Okafor gave you this client. Introduce yourself" in page.text
    assert "Prefers &lt;mornings&gt;" in page.text


async def test_the_close_page_says_what_ends_and_closes_with_the_outcome(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    done = house.world.offer("Completed", is_default=True)
    other = house.world.offer("Absconded")
    house.world.labels = house.world.labels.model_copy(update={"outcomes": (other, done)})
    house.world.change(scene.talk, scheduled_count=2, unread_count=1)
    here = f"/conversations/{scene.talk.row.id}"

    page = await browser.get(f"{here}/close")
    answer = await browser.post(f"{here}/close", {"outcome_id": str(other.id), "unread_shown": "1"})

    assert "2 will not be sent" in page.text
    assert "1 is marked read" in page.text
    assert f'value="{done.id}" selected' in page.text
    assert answer.headers["location"] == "/conversations?notice=closed"
    [order] = [one for one in house.owners.asked if isinstance(one, CloseConversation)]
    assert order.outcome_id == other.id
    assert scene.talk.row.state is ConversationState.CLOSED
    assert "Open it again" in (await browser.get(here)).text


async def test_a_text_that_came_while_the_close_page_was_open_is_shown_first(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/conversations/{scene.talk.row.id}"
    house.world.hear(scene.talk, "Wait!")

    answer = await browser.post(f"{here}/close", {"unread_shown": "1"})

    assert answer.status_code == 409
    assert "texts_arrived" in answer.text
    assert "2 are marked read" in answer.text
    assert scene.talk.row.state is ConversationState.OPEN


async def test_a_closed_conversation_is_opened_by_hand_once_or_twice(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.change(scene.talk, state=ConversationState.CLOSED)
    here = f"/conversations/{scene.talk.row.id}"

    answers = [await browser.post(f"{here}/reopen") for _ in range(2)]

    assert {one.headers["location"] for one in answers} == {f"{here}?notice=reopened"}
    assert scene.talk.row.state is ConversationState.OPEN


async def test_status_and_category_are_set_and_shown_in_words(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    court = house.world.offer("Court <soon>", colour="#aa0000")
    star = house.world.offer("High risk", colour="gold")
    house.world.labels = house.world.labels.model_copy(
        update={"statuses": (court,), "categories": (star,)}
    )
    here = f"/conversations/{scene.talk.row.id}"

    page = await browser.get(f"{here}/labels")
    answer = await browser.post(
        f"{here}/labels", {"status_id": str(court.id), "category_id": str(star.id)}
    )
    shown = await browser.get(here)

    assert "Court &lt;soon&gt;" in page.text
    assert answer.headers["location"] == f"{here}?notice=labels_saved"
    assert shown.text.count("Court &lt;soon&gt;") >= 2
    assert 'fill="#aa0000"' in shown.text
    filtered = await browser.get(f"/conversations?status={court.id}&category={star.id}")
    assert f'value="{court.id}" selected' in filtered.text


async def test_scenario_41_a_banner_leads_to_a_mass_message_with_exactly_those_who_are_due(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    active = house.world.offer("Active", follow_up_days=30)
    status = LabelView(id=active.id, label="Active")
    due = house.world.add_client("Due", "Person", "+12025550188", scene.manager)
    house.world.change(due, status=status)
    house.world.labels = house.world.labels.model_copy(
        update={
            "statuses": (active,),
            "follow_ups": (FollowUpView(status=status, due=1),),
        }
    )

    page = await browser.get("/conversations")
    chosen = await browser.get(
        f"/mass-messages/new?due_status={active.id}&box=mine&due=1&status={active.id}"
    )

    assert "Active: 1 client is due for a follow-up." in page.text
    assert f"due_status={active.id}" in page.text
    assert "1 client chosen" in chosen.text
    assert f'id="pick-{due.row.id}" type="checkbox" name="conversation_id"' in chosen.text
    assert f'value="{due.row.id}" checked' in chosen.text
    assert f'value="{scene.talk.row.id}" checked' not in chosen.text


async def test_many_are_ticked_looked_over_and_transferred(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    second = house.world.add_client("Ada", "Quist", "+12025550189", scene.manager)
    closed = house.world.add_client("Old", "Case", "+12025550190", scene.manager)
    house.world.change(closed, state=ConversationState.CLOSED)
    ids = [str(one.row.id) for one in (scene.talk, second, closed)]
    fields = {"conversation_id": ids, "staff_id": str(scene.stranger.id), "note": "On leave"}
    fields["tell_clients"] = "1"

    new = await browser.get(f"/transfers/new?conversation_id={ids[0]}")
    preview = await browser.post("/transfers/preview", fields)
    nothing_yet = scene.talk.row.assigned_to
    done = await browser.post("/transfers", {**fields, "repeat_key": "once"})
    again = await browser.post("/transfers", {**fields, "repeat_key": "once"})

    assert "1 client chosen" in new.text
    assert f'value="{ids[0]}" checked' in new.text
    assert f'value="{scene.manager.id}"' not in new.text
    assert "Transfer 2 clients" in preview.text
    assert "To Ben Okafor" in preview.text
    assert "2 clients are told by text" in preview.text
    orders = [one for one in house.owners.asked if isinstance(one, TransferConversations)]
    assert all(one.tell_clients for one in orders)
    assert "1 is left out" in preview.text
    assert "Old Case" in preview.text
    assert "The conversation is closed" in preview.text
    assert nothing_yet is not None
    assert nothing_yet.id == scene.manager.id
    assert done.headers["location"] == again.headers["location"]
    assert done.headers["location"] == "/conversations?notice=many_transferred"
    assert second.row.assigned_to is not None
    assert second.row.assigned_to.id == scene.stranger.id


async def test_many_are_closed_after_a_look_at_the_numbers(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    second = house.world.add_client("Ada", "Quist", "+12025550189", scene.manager)
    house.world.change(second, scheduled_count=4)
    fields = {"conversation_id": [str(scene.talk.row.id), str(second.row.id)]}

    preview = await browser.post("/closings/preview", fields)
    done = await browser.post("/closings", {**fields, "unread_shown": "1"})

    assert "Close 2 conversations" in preview.text
    assert "4 will not be sent" in preview.text
    assert done.headers["location"] == "/conversations?notice=many_closed"
    assert second.row.state is ConversationState.CLOSED


@pytest.mark.parametrize("root", ["/transfers", "/closings"])
async def test_with_nobody_ticked_the_page_says_so(house: House, root: str) -> None:
    scene, browser = await signed_in_manager(house)

    for path in (f"{root}/preview", root):
        answer = await browser.post(path, {"staff_id": str(scene.stranger.id)})
        assert answer.status_code == 422
        assert "Tick at least one client." in answer.text
    assert not any(isinstance(one, TransferConversations) for one in house.owners.asked)


async def test_the_api_transfers_closes_opens_and_labels(house: House) -> None:
    scene = await a_scene(house)
    court = house.world.offer("Court soon")
    house.world.labels = house.world.labels.model_copy(update={"statuses": (court,)})
    here = f"/conversations/{scene.talk.row.id}"
    async with await house.api(scene.manager) as api:
        labelled = await api.patch(here, json={"status_id": str(court.id)})
        offered = await api.get("/labels")
        closed = await api.post(f"{here}/close", json={})
        twice = await api.post(f"{here}/close", json={})
        opened = await api.post(f"{here}/reopen")
        wrong = await api.post(f"{here}/transfer", json={"staff_id": str(scene.front_desk.id)})
        many = await api.post(
            "/transfers",
            json={
                "conversation_ids": [str(scene.talk.row.id), str(scene.unassigned.row.id)],
                "staff_id": str(scene.stranger.id),
            },
        )
        gone = await api.get(here)

    assert labelled.json()["status"]["name"] == "Court soon"
    assert offered.json()["statuses"][0]["name"] == "Court soon"
    assert (closed.json()["state"], closed.json()["may_reopen"]) == ("closed", True)
    assert (twice.status_code, twice.json()["code"]) == (409, "conversation_closed")
    assert opened.json()["state"] == "open"
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_a_case_manager")
    assert many.json()["done"] == [str(scene.talk.row.id)]
    assert many.json()["left_out"] == [
        {"conversation_id": str(scene.unassigned.row.id), "code": "not_yours"}
    ]
    assert gone.status_code == 404


async def test_a_colleague_of_another_role_is_no_receiver(house: House) -> None:
    scene = await a_scene(house)
    supervisor = house.world.add_staff("Sam Vale", Role.SUPERVISOR)
    async with await house.api(scene.manager) as api:
        answer = await api.post(
            f"/conversations/{scene.talk.row.id}/transfer",
            json={"staff_id": str(supervisor.id), "note": "x" * 2001},
        )

    assert answer.status_code == 422


async def test_a_list_is_narrowed_only_by_what_was_chosen(house: House) -> None:
    await a_scene(house)
    browser = house.browser()
    supervisor = house.world.add_staff("Sam Vale", Role.SUPERVISOR)
    await house.hire(supervisor)
    await browser.sign_in(supervisor)

    page = await browser.get("/conversations?box=department")

    for name in ("assigned_to", "state", "language"):
        field = page.text.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
        assert field.split("<option", 2)[1].startswith(' value=""')
        assert "selected" not in field
