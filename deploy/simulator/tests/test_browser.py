"""The pages in a real browser: live, usable at 360 px, and accessible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from deploy.simulator.tests.running import OURS, Application, Simulator, until
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

expect.set_options(timeout=20_000)  # the machine is busy with other tests too


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, simulator: Simulator) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 360, "height": 740}, base_url=simulator.url)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.close()
    assert [trouble for trouble in troubles if "status of 400" not in trouble] == []


def test_phone_is_live_and_texts_without_leaving_the_page(
    page: Page, simulator: Simulator, application: Application, phone: str
) -> None:
    page.goto(f"/?phone=%2B{phone[1:]}&line=%2B{OURS[1:]}")
    with page.expect_response("**/simulator/events"):
        page.reload()

    simulator.client.messages.create(to=phone, from_=OURS, body="Court is on Monday")
    expect(page.get_by_text("Court is on Monday").last).to_be_visible()
    expect(page.locator("#thread .meta").last).to_contain_text("delivered")
    page.get_by_label("Text from this phone").fill("I will be there")
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".mine").last).to_contain_text("I will be there")
    expect(page.get_by_label("Text from this phone")).to_have_value("")
    hit = until(lambda: next((h for h in application.hits if h.form.get("From") == phone), None))
    assert hit.form["Body"] == "I will be there"
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Write something")


def test_without_script_the_phone_texts_all_the_same(
    browser: Browser, simulator: Simulator, phone: str
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=simulator.url)
    page = context.new_page()
    page.goto(f"/?phone=%2B{phone[1:]}&line=%2B{OURS[1:]}")

    page.get_by_label("Text from this phone").fill("Plain and simple")
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".mine")).to_contain_text("Plain and simple")
    context.close()


@pytest.mark.parametrize("path", ["/", "/?phone=PHONE", "/mailbox"])
def test_pages_are_accessible_and_fit_a_narrow_screen(
    page: Page, simulator: Simulator, phone: str, path: str
) -> None:
    simulator.client.messages.create(to=phone, from_=OURS, body="Hello " + "o" * 200)
    simulator.inbound(phone, "stop")
    page.goto(path.replace("PHONE", f"%2B{phone[1:]}"))

    report = Axe().run(page)

    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
