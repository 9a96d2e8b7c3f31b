"""Forms whose sending would be refused are neither offered nor shown (rules 1.1, 1.2)."""

import re
from collections.abc import Iterable

import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import Scene, a_scene, signed_in_manager

from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.values import ConversationState, ScheduledState

pytestmark = pytest.mark.integration

OF_A_CLIENT = (
    "/clients/{client_id}/edit",
    "/clients/{client_id}/merge",
    "/clients/{client_id}/numbers/new",
    "/clients/{client_id}/numbers/{number_id}",
    "/conversations/{conversation_id}/close",
    "/conversations/{conversation_id}/labels",
    "/conversations/{conversation_id}/scheduled-messages/new",
    "/conversations/{conversation_id}/scheduled-messages/{scheduled_id}",
    "/conversations/{conversation_id}/transfer",
)
_PLACES = re.compile(r'(?:href|action|formaction)="(/[^"#?]*)')
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)


async def _of(house: House, person: StaffView) -> Browser:
    browser = house.browser()
    await browser.sign_in(person)
    return browser


async def _offered(browser: Browser, paths: Iterable[str]) -> set[str]:
    """Every place to which a link or form of these pages leads."""
    return {
        place
        for path in paths
        for place in _PLACES.findall(_MAIN.findall((await browser.get(path)).text)[0])
    }


def _pages(scene: Scene) -> list[str]:
    return [f"/clients/{scene.ids['client_id']}", f"/conversations/{scene.ids['conversation_id']}"]


async def test_the_case_manager_is_offered_every_form_of_a_client(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    forms = {scene.fill(path) for path in OF_A_CLIENT}

    offered = await _offered(browser, _pages(scene))
    statuses = {path: (await browser.get(path)).status_code for path in forms}

    assert forms <= offered
    assert set(statuses.values()) == {200}


async def test_an_auditor_is_offered_no_form_and_refused_its_address(house: House) -> None:
    scene = await a_scene(house)
    browser = await _of(house, scene.auditor)
    forms = {scene.fill(path) for path in OF_A_CLIENT}

    offered = await _offered(browser, _pages(scene))
    refusals = [await browser.get(path) for path in forms]

    assert not forms & offered
    assert {answer.status_code for answer in refusals} == {403}
    assert all("You may look at this but not change it" in answer.text for answer in refusals)


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("auditor", {"/clients/new", "/mass-messages/new", "/transfers/new", "/closings/new"}),
        ("administrator", {"/clients/new", "/mass-messages/new", "/closings/new"}),
        ("front_desk", {"/mass-messages/new", "/transfers/new", "/closings/new"}),
        ("manager", set()),
    ],
)
async def test_what_is_no_part_of_a_role_is_not_offered_to_it(
    house: House, role: str, refused: set[str]
) -> None:
    scene = await a_scene(house)
    browser = await _of(house, getattr(scene, role))
    forms = ("/clients/new", "/mass-messages/new", "/transfers/new", "/closings/new")

    page = (await browser.get("/conversations")).text
    answers = {path: (await browser.get(path)).status_code for path in forms}

    assert {path for path, status in answers.items() if status == 403} == refused
    assert set(answers.values()) <= {200, 403}
    assert {path for path in forms if f'href="{path}' not in page} == refused


async def test_the_front_desk_makes_a_client_of_a_stranger_and_an_auditor_does_not(
    house: House,
) -> None:
    scene = await a_scene(house)
    here = f"/conversations/{scene.unassigned.row.id}"
    form = f"/clients/new?from_conversation_id={scene.unassigned.row.id}"
    desk, auditor = await _of(house, scene.front_desk), await _of(house, scene.auditor)

    at_the_desk, looked_at = await desk.get(here), await auditor.get(here)

    assert form in at_the_desk.text
    assert (await desk.get(form)).status_code == 200
    assert form not in looked_at.text
    assert (await auditor.get(form)).status_code == 403


async def test_what_a_closed_conversation_does_not_take_is_said_before_anybody_types(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/conversations/{scene.ids['conversation_id']}"
    house.world.change(scene.talk, state=ConversationState.CLOSED)

    answers = [await browser.get(f"{here}/{form}") for form in ("close", "transfer")]

    for answer in answers:
        assert answer.status_code == 409
        assert "This conversation is closed. Open it again first." in answer.text
        assert f'href="{here}">Back to the conversation' in answer.text


async def test_a_scheduled_text_that_has_gone_is_not_to_be_changed(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    (scheduled,) = house.world.scheduled.values()
    gone = scheduled.model_copy(update={"state": ScheduledState.SENT})
    house.world.scheduled[scheduled.id] = gone

    answer = await browser.get(scene.fill(OF_A_CLIENT[7]))

    assert answer.status_code == 409
    assert "can no longer be changed" in answer.text
