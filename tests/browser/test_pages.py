"""Every page: without violations of accessibility rules, fitting 360 pixels, and small."""

import gzip
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
PATHS = [
    "/conversations",
    "/conversations?box=unassigned",
    "/conversations?q=nobody-is-called-so",
    "/conversations/{conversation}",
    "/conversations/{conversation}/scheduled-messages/new",
    "/conversations/{conversation}/transcript",
    "/conversations/{conversation}/transfer",
    "/conversations/{conversation}/close",
    "/conversations/{conversation}/labels",
    "/transfers/new",
    "/closings/new",
    "/clients/new",
    "/clients/{client}",
    "/clients/{client}/edit",
    "/clients/{client}/merge",
    "/clients/{client}/numbers/new",
    "/mass-messages/new",
    "/search",
    "/search?q=Morning",
    "/coverage",
    "/settings",
    "/api/docs",
    "/no-such-page",
]


OF_ADMINISTRATORS = [
    "/quarantine",
    "/staff",
    "/staff/new",
    "/staff/{case_manager}",
    "/staff/{case_manager}/deactivate",
    "/departments",
    "/departments/new",
    "/departments/{department}",
    "/departments/{department}/close",
]
OF_STRANGERS = ["/sign-in", "/password-reset", "/password-reset/no-such-link"]


@pytest.fixture(scope="module")
def furnished(stack: RunningStack) -> dict[str, str]:
    """A client with a text each way, a failure, and a scheduled text."""
    account = next(a for a in stack.demo["accounts"] if a["roles"] == ["case_manager"])
    with (
        closing(StaffMember(stack.gateway_url, account)) as staff,
        closing(Carrier(stack.simulator_url)) as carrier,
    ):
        return furnish(staff, carrier, stack.demo["departments"][0]["number"])


def furnish(staff: StaffMember, carrier: Carrier, number: str) -> dict[str, str]:
    client = staff.add_client()
    sent = staff.send(client.conversation_id, "Good morning")
    staff.await_state(sent["id"], "delivered")
    carrier.text(sender=client.phone, to=number, body="Morning")
    staff.await_text(client.conversation_id, "Morning")
    staff.post(
        "/scheduled-messages",
        {
            "conversation_id": client.conversation_id,
            "body": "Reminder",
            "local_time": "2027-06-01T09:00:00",
            "time_zone": "America/New_York",
        },
    )
    return {"conversation": client.conversation_id, "client": client.id}


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]


@pytest.mark.parametrize("size", SIZES)
def test_pages_are_accessible_and_fit(
    sign_in: Callable[..., Page], furnished: dict[str, str], size: str
) -> None:
    page = sign_in(viewport=SIZES[size])
    wrong: dict[str, Any] = {}

    for pattern in PATHS:
        page.goto(pattern.format(**furnished))
        found = violations(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SIZES[size]["width"]:
            found.append(f"is {width} pixels wide")
        if page.locator("h1").count() != 1:
            found.append("has not exactly one h1")
        if found:
            wrong[pattern] = found

    assert wrong == {}


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_administrators_are_accessible_and_fit(
    sign_in: Callable[..., Page], stack: RunningStack, size: str, has_scripts: bool
) -> None:
    accounts = stack.demo["accounts"]
    administrator = next(a for a in accounts if "administrator" in a["roles"])
    case_manager = next(a for a in accounts if a["roles"] == ["case_manager"])
    with closing(StaffMember(stack.gateway_url, case_manager)) as member:
        ids = {
            "case_manager": member.get("/me")["id"],
            "department": stack.demo["departments"][0]["id"],
        }
    page = sign_in(administrator, viewport=SIZES[size], java_script_enabled=has_scripts)

    for pattern in OF_ADMINISTRATORS:
        answer = page.goto(pattern.format(**ids))
        assert answer is not None
        assert answer.status == 200, pattern
        assert page.locator("h1").count() == 1, pattern
        if has_scripts:
            assert violations(page) == [], pattern
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


@pytest.mark.parametrize("path", OF_STRANGERS)
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_strangers_are_accessible_and_fit(
    new_context: Callable[..., BrowserContext], size: str, path: str
) -> None:
    page = new_context(viewport=SIZES[size]).new_page()

    page.goto(path)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_a_first_visit_loads_less_than_100_kilobytes_and_nothing_from_elsewhere(
    sign_in: Callable[..., Page], stack: RunningStack, furnished: dict[str, str]
) -> None:
    page = sign_in()
    loaded: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: loaded.__setitem__(
            answer.url,
            len(gzip.compress(answer.body())) if "/static/" in answer.url else 0,
        ),
    )

    page.goto(f"/conversations/{furnished['conversation']}")
    page.wait_for_load_state("load")
    static = Path(answer_folder())
    worker = len(gzip.compress((static / "stream-worker.js").read_bytes()))

    assert sum(loaded.values()) + worker < 100_000
    assert all(url.startswith(stack.gateway_url) for url in loaded)


def answer_folder() -> str:
    import clientcomm_gateway

    return str(Path(clientcomm_gateway.__file__).parent / "adapters" / "web" / "static")


def test_the_list_reaches_its_last_client_however_many_there_are(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in()

    page.goto("/conversations?unread=&sort=name")
    rows = page.locator("#list-rows > li")
    first, last = rows.first, rows.last
    assert rows.count() > 20
    first.hover()
    page.mouse.wheel(0, 100_000)

    expect(last).to_be_in_viewport()
    expect(first).not_to_be_in_viewport()


def test_no_page_complains_in_the_console(
    sign_in: Callable[..., Page], furnished: dict[str, str]
) -> None:
    page = sign_in()
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))

    for pattern in PATHS[:-1]:
        page.goto(pattern.format(**furnished))
        page.wait_for_load_state("load")

    assert said == []
