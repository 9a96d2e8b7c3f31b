"""Takes the README's pictures from a running stack (`make up`, then `make pictures`)."""

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from clientcomm_local import binaries

FOLDER = Path("docs/images")
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def main() -> None:
    """Each picture as the person sees the page who would."""
    state = Path(os.environ.get("CLIENTCOMM_STATE_DIR", ".local"))
    demo = json.loads((state / "demo.json").read_text())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(binaries.chromium()), args=["--no-sandbox", "--disable-gpu"]
        )
        for size in (DESKTOP, PHONE):
            page = sign_in(browser, demo, "case_manager", size)
            page.locator("#list-rows a.row__link").nth(1).click()
            page.wait_for_selector("#thread")
            take(page, f"conversation-{size['width']}")
        page = sign_in(browser, demo, "case_manager", DESKTOP)
        href = page.locator("#list-rows a.row__link").nth(1).get_attribute("href") or ""
        page.goto(f"{href.split('?')[0]}/transcript")
        take(page, "transcript-1280")
        page = sign_in(browser, demo, "front_desk", DESKTOP)
        page.goto("/conversations?box=unassigned")
        page.locator("#list-rows a.row__link").first.click()
        page.wait_for_selector("#thread")
        take(page, "unassigned-1280")
        browser.close()


def sign_in(browser: Browser, demo: dict[str, Any], role: str, size: Any) -> Page:
    account = next(one for one in demo["accounts"] if one["roles"] == [role])
    page = browser.new_context(base_url=demo["gateway_url"], viewport=size).new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password").fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/conversations**")
    return page


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
