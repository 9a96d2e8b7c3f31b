"""How a page is looked at: sizes, patience, rules of accessibility, and whether it fits."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
PATIENCE = 20_000
"""In milliseconds, for all that is waited for: the machine is busy with other tests too."""

expect.set_options(timeout=PATIENCE)


def violations(page: Page) -> list[str]:
    """What axe-core finds, in words."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]


def faults(page: Page) -> list[str]:
    """Everything that a page must not have, whatever its size."""
    found = violations(page)
    size = page.viewport_size
    width = page.evaluate("document.documentElement.scrollWidth")
    if size is not None and width > size["width"]:
        found.append(f"is {width} pixels wide")
    if page.locator("h1").count() != 1:
        found.append("has not exactly one h1")
    return found


def unread_in_title(page: Page) -> int:
    """How many conversations the title says are unread."""
    found = re.match(r"\((\d+)\) ", page.title())
    return int(found.group(1)) if found else 0
