"""A browser, signed-in people in it, and the rules that every page keeps."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.looking import FLAGS, PATIENCE
from tests.journeys.newcomers import a_case_manager
from tests.journeys.people import StaffMember

from clientcomm_testkit.stacks import RunningStack


# Not longer than a module: while Playwright runs, no asynchronous test can.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def account(stack: RunningStack) -> dict[str, Any]:
    """A case manager of this file's own: journeys fill and empty the lists of the demo's."""
    return a_case_manager(stack)


@pytest.fixture
def staff(stack: RunningStack, account: dict[str, Any]) -> Iterator[StaffMember]:
    with closing(StaffMember(stack.gateway_url, account)) as member:
        yield member


@pytest.fixture
def new_context(browser: Browser, stack: RunningStack) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        size = options.pop("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(base_url=stack.gateway_url, viewport=size, **options)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def sign_in(
    new_context: Callable[..., BrowserContext], account: dict[str, Any]
) -> Callable[..., Page]:
    """Opens a browser of its own, signed in; options are those of a browser context."""

    def sign_in(somebody: dict[str, Any] = account, **options: Any) -> Page:
        page = new_context(**options).new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(somebody["email"])
        page.get_by_label("Password").fill(somebody["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/conversations**")
        return page

    return sign_in
