"""The bar on top of each page: one row however narrow, and everything in it by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import SIZES, faults
from tests.browser.scenes import of_role

from clientcomm_testkit.stacks import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SignIn = Callable[..., Page]
PLACES = {
    "case_manager": ["Search texts", "Add a client", "Mass message"],
    "supervisor": ["Search texts", "Add a client", "Mass message", "Quarantine"],
    "administrator": ["Departments", "Staff", "Quarantine"],
}
ONE_ROW = 60


@pytest.mark.parametrize("role", PLACES)
def test_the_bar_is_one_row_and_its_menu_leads_everywhere(
    sign_in: SignIn, stack: RunningStack, role: str
) -> None:
    page = sign_in(of_role(stack, role), viewport=SIZES["phone"])
    assert _height_of_bar(page) <= ONE_ROW
    bar = page.locator("header.bar")

    bar.get_by_text("Menu", exact=True).click()

    for name in [*PLACES[role], "My settings"]:
        expect(bar.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
    expect(bar.get_by_role("button", name="Sign out")).to_be_in_viewport()
    assert faults(page) == []


def test_the_bar_has_room_for_all_on_a_desktop(sign_in: SignIn) -> None:
    page = sign_in(viewport=SIZES["desktop"])

    for name in ("Conversations", *PLACES["case_manager"]):
        link = page.locator("header").get_by_role("link", name=name)
        expect(link.locator("visible=true")).to_have_count(1)
    assert _height_of_bar(page) <= ONE_ROW


def test_the_menu_is_used_by_keyboard_without_scripts(sign_in: SignIn) -> None:
    page = sign_in(viewport=SIZES["phone"], java_script_enabled=False)

    page.locator(".menu--bar summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/clients/new$"))


def _height_of_bar(page: Page) -> float:
    box = page.locator("header.bar").bounding_box()
    assert box is not None
    return box["height"]
