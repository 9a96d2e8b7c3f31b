"""The form for a new client: what cannot be, and whose number it is (rules 2.1, 2.3, 2.4)."""

import re

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager

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


async def test_a_new_clients_zone_is_the_departments_unless_another_is_chosen(
    house: House,
) -> None:
    _, browser = await signed_in_manager(house)
    zone = house.world.department.time_zone

    page = await browser.get("/clients/new")

    assert f'<option value="{zone}" selected>' in page.text
