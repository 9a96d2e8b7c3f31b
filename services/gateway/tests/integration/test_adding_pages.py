"""The form for a new client: what cannot be, and whose number it is (rules 2.1, 2.3, 2.4)."""

import re

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager

from clientcomm_contracts.conversations.clients import AddClient, EditClient
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.values import ConversationState, Role

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("phone", ["", "12"])
async def test_scenario_04_both_errors_are_shown_at_once_and_what_was_typed_is_kept(
    house: House, phone: str
) -> None:
    """The tracking event has no place in product.md: nobody is tracked."""
    _, browser = await signed_in_manager(house)
    before = len(house.world.talks)

    answer = await browser.post(
        "/clients/new", {"first_name": "Eve", "last_name": "", "phone": phone, "notes": "Walks in"}
    )

    assert answer.status_code == 422
    assert len(re.findall(r'aria-invalid="true"', answer.text)) == 2
    for field in ("last_name", "phone"):
        (shown,) = re.findall(rf'<input[^>]*name="{field}"[^>]*>', answer.text)
        assert 'aria-invalid="true"' in shown
    assert 'value="Eve"' in answer.text
    assert "Walks in" in answer.text
    assert len(house.world.talks) == before


async def test_a_number_that_a_colleague_has_is_asked_about(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)
    typed = {"last_name": "Reed", "phone": "202 555 0123", "repeat_key": "k1"}
    before = len(house.world.talks)

    question = await browser.post("/clients/new", typed)
    answered = await browser.post("/clients/new", {**typed, "answer": "shared_phone:"})

    assert question.status_code == 409
    assert "Maria Gomez" in question.text
    assert 'value="Reed"' in question.text
    assert len(house.world.talks) == before + 1
    assert answered.status_code == 303
    assert "notice=client_added" in answered.headers["location"]


async def test_whose_a_closed_client_was_is_said_before_it_is_mine(house: House) -> None:
    scene = await a_scene(house)
    house.world.change(scene.talk, state=ConversationState.CLOSED)
    browser = house.browser()
    await browser.sign_in(scene.stranger)
    typed = {"last_name": "Reed", "phone": "202 555 0123", "repeat_key": "k1"}

    question = await browser.post("/clients/new", typed)
    answered = await browser.post("/clients/new", {**typed, "answer": "take_over:"})
    landed = await browser.get(answered.headers["location"])

    assert question.status_code == 409
    assert f"Client: {scene.talk.row.first_name} {scene.talk.row.last_name}" in question.text
    assert "The case manager before: Maria Gomez" in question.text
    assert "The client is yours now, with all that was written before." in landed.text
    assert "You had this client before" not in landed.text


@pytest.mark.parametrize(
    ("greets", "words"),
    [(True, "gets your department's first text"), (False, "You can write the first text now")],
)
async def test_who_adds_a_client_learns_whether_a_first_text_goes_out(
    house: House, greets: bool, words: str
) -> None:
    _, browser = await signed_in_manager(house)
    house.world.department = house.world.department.model_copy(update={"greets": greets})

    added = await browser.post("/clients/new", {"last_name": "Lane", "phone": "202 555 0199"})

    assert words in (await browser.get(added.headers["location"])).text


async def test_a_new_clients_zone_is_the_departments_unless_another_is_chosen(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)

    page = await browser.get("/clients/new")
    await browser.post("/clients/new", {"last_name": "Lane", "phone": "202 555 0199"})
    edit = f"/clients/{scene.ids['client_id']}/edit"
    await browser.post(edit, {"last_name": "Reed", "time_zone": "America/Denver"})
    await browser.post(edit, {"last_name": "Reed", "time_zone": ""})

    assert '<option value="">The department\'s (Eastern Time)</option>' in page.text
    (added,) = [one for one in house.owners.asked if isinstance(one, AddClient)]
    assert added.time_zone is None
    edits = [one.time_zone for one in house.owners.asked if isinstance(one, EditClient)]
    assert edits == ["America/Denver", ""]


async def test_a_first_text_is_announced_before_the_client_is_added(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.front_desk)
    words = "A new client gets your department's first text at once."
    silent = await browser.get("/clients/new")
    house.world.department = house.world.department.model_copy(update={"greets": True})

    greeting = await browser.get("/clients/new")
    of_stranger = await browser.get(f"/clients/new?from_conversation_id={scene.unassigned.row.id}")

    assert words not in silent.text
    assert words in greeting.text
    assert of_stranger.status_code == 200
    assert words not in of_stranger.text


async def test_departments_are_offered_where_one_may_add(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    here, there = house.world.department, house.world.other_department
    looks = HeldRole(role=Role.AUDITOR, department_id=there.id)
    me = scene.manager.model_copy(update={"roles": (*scene.manager.roles, looks)})
    house.world.staff[me.id] = me

    page = await browser.get("/clients/new")

    assert f'name="department_id" value="{here.id}"' in page.text
    assert there.department_name not in page.text
