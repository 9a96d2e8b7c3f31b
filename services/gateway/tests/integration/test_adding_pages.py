"""The form for a new client when what was typed cannot be (rules 2.1, 2.3)."""

import re

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("phone", ["", "12"])
async def test_scenario_04_both_errors_are_shown_at_once_and_what_was_typed_is_kept(
    house: House, phone: str
) -> None:
    """The tracking event has no place in product.md: nobody is tracked."""
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
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
