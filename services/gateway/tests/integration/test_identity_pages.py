"""Pages and calls on whose texts these are: numbers, merges, unknown senders, shared phones."""

from uuid import uuid4

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager

from clientcomm_contracts.conversations.inbox import AttachConversation, RefileMessage
from clientcomm_contracts.conversations.merging import MergeClients
from clientcomm_contracts.conversations.numbers import AddNumber, GiveUpNumber
from clientcomm_contracts.conversations.views import ClientName, MessageView
from clientcomm_contracts.values import ConversationState, MessageState
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_a_client_page_leads_to_everything_about_numbers(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    client = f"/clients/{scene.ids['client_id']}"

    page = await browser.get(client)

    for href in (f"{client}/numbers/new", f"{client}/merge"):
        assert f'href="{href}"' in page.text
    assert f'href="{client}/numbers/{scene.ids["number_id"]}"' in page.text


async def test_a_number_is_changed_by_hand(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/clients/{scene.ids['client_id']}/numbers"
    form = await browser.get(f"{here}/new?replaces={scene.ids['number_id']}")

    answer = await browser.post(
        f"{here}/new",
        {"phone": "(202) 555-0166", "replaces": scene.ids["number_id"], "is_primary": "1"},
    )

    assert f'value="{scene.ids["number_id"]}" selected' in form.text
    assert answer.headers["location"].endswith("notice=number_saved")
    (asked,) = [one for one in house.owners.asked if isinstance(one, AddNumber)]
    assert (str(asked.replaces), asked.is_primary) == (scene.ids["number_id"], True)


async def test_a_shared_number_is_asked_about_and_what_was_typed_is_kept(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/clients/{scene.ids['client_id']}/numbers/new"
    typed = {"phone": "202-555-0124", "label": "mother's"}

    asked = await browser.post(path, typed)
    answered = await browser.post(path, {**typed, "is_shared": "1"})

    assert asked.status_code == 409
    assert "Daniel Reed" in asked.text
    assert 'value="202-555-0124"' in asked.text
    assert answered.status_code == 303


async def test_ending_a_number_by_a_double_click_leads_where_one_click_does(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/clients/{scene.ids['client_id']}/numbers/{scene.ids['number_id']}/end"

    answers = [await browser.post(path, {"is_wrong": "1", "repeat_key": "one"}) for _ in "12"]

    assert [one.status_code for one in answers] == [303, 303]
    assert all(one.headers["location"].endswith("notice=number_ended") for one in answers)


@pytest.mark.parametrize(("phone", "says"), [("", "phone number"), ("12", "too short")])
async def test_what_is_no_number_is_said_beside_the_field(
    house: House, phone: str, says: str
) -> None:
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(f"/clients/{scene.ids['client_id']}/numbers/new", {"phone": phone})

    assert answer.status_code == 422
    assert says in answer.text


async def test_ending_a_number_says_first_what_happens_and_wrong_is_one_click(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.change(scene.talk, scheduled_count=3)
    for body in ("On my way", "See you at nine"):
        house.world.write(scene.talk, body, scene.manager, state=MessageState.QUEUED)
    here = f"/clients/{scene.ids['client_id']}/numbers/{scene.ids['number_id']}"

    page = await browser.get(here)
    answer = await browser.post(f"{here}/end", {"is_wrong": "1"})
    shown = await browser.get(answer.headers["location"])

    assert "3 scheduled texts wait for a new number" in page.text
    assert "2 texts that wait to go to it are withdrawn" in page.text
    assert "wrong number" in shown.text
    assert "Unreachable" in shown.text
    (asked,) = [one for one in house.owners.asked if isinstance(one, GiveUpNumber)]
    assert asked.is_wrong
    assert (await browser.get(here)).status_code == 404
    deeds = [deed for deed, _, _ in await house.audited(database_urls.owner)]
    assert "client.number_changed" in deeds


async def test_merging_shows_what_moves_in_numbers_before_anything_does(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/clients/{scene.ids['client_id']}/merge"

    picked = await browser.get(f"{here}?q=reed")
    looked = await browser.get(f"{here}?absorb_id={scene.ids['twin_id']}")
    before = [one for one in house.owners.asked if isinstance(one, MergeClients)]
    merged = await browser.post(
        here,
        {
            "absorb_id": scene.ids["twin_id"],
            "name_from": scene.ids["twin_id"],
            "primary_number_id": scene.ids["number_id"],
        },
    )

    assert f"absorb_id={scene.ids['twin_id']}" in picked.text
    assert "2 markers" in looked.text
    assert "2 numbers are kept" in looked.text
    assert before == []
    assert merged.headers["location"] == (
        f"/conversations/{scene.talk.row.id}?notice=clients_merged"
    )
    assert "client.merged" in [deed for deed, _, _ in await house.audited(database_urls.owner)]


async def test_a_number_that_both_have_is_kept_and_offered_once(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    same = house.world.add_client("D.", "Reed", "+12025550123", scene.manager)

    looked = await browser.get(
        f"/clients/{scene.ids['client_id']}/merge?absorb_id={same.row.client_id}"
    )

    assert "1 number is kept" in looked.text
    assert looked.text.count("(202) 555-0123") == 1


async def test_merging_a_client_with_themselves_is_explained(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/clients/{scene.ids['client_id']}/merge"

    answer = await browser.get(f"{here}?absorb_id={scene.ids['client_id']}")

    assert answer.status_code == 409
    assert "one client already" in answer.text


async def test_earlier_texts_are_offered_on_the_clients_page_and_attached_by_one_click(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    client = f"/clients/{scene.ids['client_id']}"

    added = await browser.post(f"{client}/numbers/new", {"phone": "202-555-0177"})
    page = await browser.get(added.headers["location"])

    assert "1 text of (202) 555-0177 is not in this conversation" in page.text
    assert f'action="/conversations/{scene.unassigned.row.id}/attach"' in page.text


async def test_the_front_desk_attaches_and_blocks_unknown_senders(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.front_desk)
    here = f"/conversations/{scene.unassigned.row.id}"

    nobody = await browser.get(f"{here}/attach")
    found = await browser.get(f"{here}/attach?q=reed")
    missing = await browser.post(f"{here}/attach", {})
    blocked = await browser.post(f"{here}/block")
    unblocked = await browser.post(f"{here}/unblock")
    attached = await browser.post(f"{here}/attach", {"client_id": scene.ids["client_id"]})

    assert "Nobody is known by this number" in nobody.text
    assert "Daniel Reed" in found.text
    assert missing.status_code == 422
    assert "Choose whose texts these are" in missing.text
    assert blocked.headers["location"] == f"{here}?notice=sender_blocked"
    assert unblocked.headers["location"] == f"{here}?notice=sender_unblocked"
    assert attached.headers["location"] == ("/conversations?box=unassigned&notice=texts_attached")
    assert any(isinstance(one, AttachConversation) for one in house.owners.asked)


async def test_a_text_of_a_shared_phone_has_a_button_for_each_other_client(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene, browser = await signed_in_manager(house)
    twin = ClientName(id=uuid4(), full_name="Daniel Reed")
    shared = scene.inbound.model_copy(
        update={"refile_to": (twin,), "shared_with": ("Daniel Reed",)}
    )
    scene.talk.items[0] = shared
    here = f"/conversations/{scene.talk.row.id}"

    page = await browser.get(here)
    answer = await browser.post(
        f"{here}/messages/{scene.inbound.id}/refile", {"client_id": scene.ids["twin_id"]}
    )

    assert "This is from Daniel Reed" in page.text
    assert answer.headers["location"] == f"{here}?notice=text_refiled"
    assert any(isinstance(one, RefileMessage) for one in house.owners.asked)
    assert "message.refiled" in [d for d, _, _ in await house.audited(database_urls.owner)]


async def test_the_api_does_what_the_pages_do(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        client = f"/clients/{scene.ids['client_id']}"

        added = await api.post(f"{client}/numbers", json={"phone": "202-555-0177"})
        shared = await api.post(f"{client}/numbers", json={"phone": "202-555-0124"})
        ended = await api.delete(f"{client}/numbers/{scene.ids['number_id']}?wrong=true")
        earlier = await api.get(f"{client}/earlier-texts")
        preview = await api.get(f"{client}/merge", params={"absorb_id": scene.ids["twin_id"]})
        merged = await api.post(f"{client}/merge", json={"absorb_id": scene.ids["twin_id"]})

    assert added.status_code == 201
    assert added.json()["earlier_texts"][0]["sender"] == "+12025550177"
    assert (shared.status_code, shared.json()["code"]) == (409, "number_shared")
    assert shared.json()["clients"][0]["last_name"] == "Reed"
    assert [n["wrong"] for n in ended.json()["numbers"]] == [True, False]
    assert len(earlier.json()["items"]) == 1
    assert preview.json()["threads"][0]["joins"] is True
    assert merged.json()["id"] == scene.ids["client_id"]


async def test_a_number_ended_once_is_not_called_wrong_under_the_same_key(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        path = f"/clients/{scene.ids['client_id']}/numbers/{scene.ids['number_id']}"
        key = {"Idempotency-Key": "once"}

        ended = await api.delete(path, headers=key)
        again = await api.delete(path, params={"wrong": "false"}, headers=key)
        wrong = await api.delete(path, params={"wrong": "true"}, headers=key)

    assert (ended.status_code, again.json()) == (200, ended.json())
    assert (wrong.status_code, wrong.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_api_of_the_inbox(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.front_desk) as api:
        here = f"/conversations/{scene.unassigned.row.id}"

        found = await api.get(f"{here}/suggested-clients", params={"q": "reed"})
        blocked = await api.post(f"{here}/block")
        unblocked = await api.post(f"{here}/unblock")
        attached = await api.post(f"{here}/attach", json={"client_id": scene.ids["client_id"]})

    assert {one["last_name"] for one in found.json()["items"]} == {"Reed"}
    assert blocked.json()["state"] == ConversationState.BLOCKED
    assert unblocked.json()["state"] == ConversationState.UNASSIGNED
    assert attached.json()["client_id"] == scene.ids["client_id"]
    assert attached.json()["messages_moved"] == 1


async def test_the_api_refiles_a_text(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        answer = await api.post(
            f"/messages/{scene.inbound.id}/refile", json={"client_id": scene.ids["twin_id"]}
        )

    assert answer.status_code == 200
    assert answer.json()["from_conversation_id"] == str(scene.talk.row.id)
    assert not any(
        isinstance(item, MessageView) and item.id == scene.inbound.id for item in scene.talk.items
    )


async def test_a_known_landline_is_marked_and_warned_about(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.landlines.add("+12025550199")
    typed = {"last_name": "Lane", "phone": "2025550199", "repeat_key": "k"}

    added = await browser.post("/clients/new", typed)
    landed = await browser.get(added.headers["location"])
    client = next(one for one in house.world.clients.values() if one.last_name == "Lane")
    page = await browser.get(f"/clients/{client.id}")
    plain = await browser.get(f"/clients/{scene.talk.row.client_id}")
    async with await house.api(scene.manager) as api:
        shown = (await api.get(f"/clients/{client.id}")).json()

    assert "notice=client_added_landline" in added.headers["location"]
    assert "ask the client for a mobile number" in landed.text
    assert "landline: may not take texts" in page.text
    assert "landline: may not take texts" not in plain.text
    assert [one["landline"] for one in shown["numbers"]] == [True]
