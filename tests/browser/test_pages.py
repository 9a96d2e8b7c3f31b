"""Every page: without violations of accessibility rules, fitting 360 pixels, and small."""

import gzip
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.looking import SIZES, faults
from tests.browser.scenes import of_role, unknown_sender
from tests.journeys.people import Carrier, StaffMember, eventually
from tests.journeys.route_table import EXPECTED

from clientcomm_testkit.stacks import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PATHS = [
    "/conversations",
    "/conversations?box=unassigned",
    "/conversations?q=nobody-is-called-so",
    "/conversations/{conversation}",
    "/conversations/{conversation}/scheduled-messages/new",
    "/conversations/{conversation}/scheduled-messages/{scheduled}",
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
    "/clients/{client}/merge?absorb_id={twin}",
    "/clients/{client}/numbers/new",
    "/clients/{client}/numbers/{number}",
    "/conversations?unread=1&sort=name&status=&state=closed",
    "/mass-messages/new",
    "/mass-messages/{mass}",
    "/search",
    "/search?q=Morning",
    "/coverage",
    "/settings",
    "/api/docs",
    "/no-such-page",
]


OF_SUPERVISORS = [
    "/conversations?box=department",
    "/conversations/{unknown}?box=unassigned",
    "/conversations/{unknown}/attach",
    "/conversations/{unknown}/attach?q=journey",
    "/clients/new?from_conversation_id={unknown}",
    "/transfers/new?box=department",
    "/coverage",
]
OF_ADMINISTRATORS = [
    "/conversations?box=department",
    "/conversations/{conversation}",
    "/quarantine",
    "/staff",
    "/staff/new",
    "/staff/{case_manager}",
    "/staff/{case_manager}/deactivate",
    "/departments",
    "/departments/new",
    "/departments/{department}",
    "/departments/{department}/close",
    "/coverage/colleague",
    "/set-up/test-text",
]
OF_STRANGERS = ["/sign-in", "/password-reset", "/password-reset/no-such-link"]
ELSEWHERE = {
    "/": "leads to a page",
    "/set-up": "test_setting_up.py, where there is no organisation yet",
    "/invitation/*": "the page of a password link, which is looked at below",
    "/live/regions": "parts of a page",
    "/mass-messages/*/progress": "a part of a page",
    "/attachments/*": "a picture or file",
    "/conversations/*/transcript.txt": "a text file",
}
"""Routes that these tests do not look at, and why."""


@pytest.fixture(scope="module")
def account(stack: RunningStack) -> dict[str, Any]:
    """The demo's, for their list is long and shows everything that a row can show."""
    return of_role(stack, "case_manager")


@pytest.fixture(scope="module")
def furnished(stack: RunningStack) -> dict[str, str]:
    """A client with a text each way, a twin and a scheduled text, and an unknown sender."""
    number = stack.demo["departments"][0]["number"]
    with (
        closing(StaffMember(stack.gateway_url, of_role(stack, "case_manager"))) as staff,
        closing(StaffMember(stack.gateway_url, of_role(stack, "supervisor"))) as supervisor,
        closing(Carrier(stack.simulator_url)) as carrier,
    ):
        return furnish(staff, carrier, number) | {
            "unknown": unknown_sender(supervisor, carrier, number)
        }


def furnish(staff: StaffMember, carrier: Carrier, number: str) -> dict[str, str]:
    client, twin = staff.add_client(), staff.add_client()
    sent = staff.send(client.conversation_id, "Good morning")
    staff.await_state(sent["id"], "delivered")
    carrier.text(sender=client.phone, to=number, body="Morning")
    staff.await_text(client.conversation_id, "Morning")
    scheduled = staff.schedule(client.conversation_id, "Reminder", days=30)
    ids = [client.conversation_id, twin.conversation_id]
    mass = staff.do("/mass-messages", {"conversation_ids": ids, "body": "The office is closed"})
    return {
        "scheduled": scheduled["id"],
        "mass": mass["id"],
        "conversation": client.conversation_id,
        "client": client.id,
        "twin": twin.id,
        "number": staff.get(f"/clients/{client.id}")["numbers"][0]["id"],
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("role", "paths"), [("case_manager", PATHS), ("supervisor", OF_SUPERVISORS)]
)
def test_pages_are_accessible_and_fit(
    sign_in: Callable[..., Page],
    stack: RunningStack,
    furnished: dict[str, str],
    size: str,
    role: str,
    paths: list[str],
) -> None:
    page = sign_in(of_role(stack, role), viewport=SIZES[size])
    wrong: dict[str, Any] = {}

    for pattern in paths:
        page.goto(pattern.format(**furnished))
        found = faults(page)
        if found:
            wrong[pattern] = found

    assert wrong == {}


@pytest.mark.parametrize(
    ("role", "paths"), [("case_manager", PATHS[:-1]), ("supervisor", OF_SUPERVISORS)]
)
def test_pages_are_there_without_scripts(
    sign_in: Callable[..., Page],
    stack: RunningStack,
    furnished: dict[str, str],
    role: str,
    paths: list[str],
) -> None:
    page = sign_in(of_role(stack, role), java_script_enabled=False)

    for pattern in paths:
        answer = page.goto(pattern.format(**furnished))
        assert answer is not None
        assert answer.status == 200, pattern
        assert page.locator("h1").count() == 1, pattern
        assert page.locator("form:not([action])").count() == 0, pattern


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_administrators_are_accessible_and_fit(
    sign_in: Callable[..., Page],
    stack: RunningStack,
    furnished: dict[str, str],
    size: str,
    has_scripts: bool,
) -> None:
    ids = furnished | {
        "case_manager": of_role(stack, "case_manager")["staff_id"],
        "department": stack.demo["departments"][0]["id"],
    }
    administrator = of_role(stack, "administrator")
    page = sign_in(administrator, viewport=SIZES[size], java_script_enabled=has_scripts)

    for pattern in OF_ADMINISTRATORS:
        answer = page.goto(pattern.format(**ids))
        assert answer is not None
        assert answer.status == 200, pattern
        assert page.locator("h1").count() == 1, pattern
        if has_scripts:
            assert faults(page) == [], pattern


@pytest.mark.parametrize("path", OF_STRANGERS)
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_strangers_are_accessible_and_fit(
    new_context: Callable[..., BrowserContext], size: str, path: str
) -> None:
    page = new_context(viewport=SIZES[size]).new_page()

    page.goto(path)

    assert faults(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_page_behind_a_link_in_an_e_mail_is_accessible_and_fits(
    new_context: Callable[..., BrowserContext], stack: RunningStack, carrier: Carrier, size: str
) -> None:
    front_desk = of_role(stack, "front_desk")
    with closing(StaffMember(stack.gateway_url, of_role(stack, "administrator"))) as administrator:
        administrator.do(f"/staff/{front_desk['staff_id']}/link")

    def arrived() -> str | None:
        answer = carrier.http.get("/simulator/mail", params={"to": front_desk["email"]})
        found = [re.search(r"/password-reset/\S+", one["text"]) for one in answer.json()["mail"]]
        return next((one[0] for one in found if one), None)

    page = new_context(viewport=SIZES[size]).new_page()
    page.goto(eventually(arrived))

    expect(page.get_by_label("New password", exact=True)).to_be_visible()
    assert faults(page) == []


def test_every_page_is_looked_at() -> None:
    def shape(path: str) -> str:
        return re.sub(r"\{\w+\}", "*", path.partition("?")[0])

    looked_at = {shape(path) for path in (*PATHS, *OF_SUPERVISORS, *OF_ADMINISTRATORS)}
    looked_at |= {*OF_STRANGERS, "/password-reset/*", *ELSEWHERE}
    routes = {shape(route) for route in EXPECTED if not route.startswith("/api/")}

    assert routes - looked_at == set()


def test_a_first_visit_loads_less_than_100_kilobytes_and_nothing_from_elsewhere(
    sign_in: Callable[..., Page], stack: RunningStack, furnished: dict[str, str]
) -> None:
    page = sign_in()
    urls: set[str] = set()
    page.on("response", lambda answer: urls.add(answer.url))

    page.goto(f"/conversations/{furnished['conversation']}")
    page.wait_for_load_state("load")
    assert all(url.startswith(stack.gateway_url) for url in urls)
    loaded = [page.request.get(url).body() for url in sorted(urls) if "/static/" in url]
    static = Path(answer_folder())
    worker = len(gzip.compress((static / "stream-worker.js").read_bytes()))

    assert loaded
    assert sum(len(gzip.compress(body)) for body in loaded) + worker < 100_000


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


def test_what_the_page_says_stands_above_both_panes_and_only_they_scroll(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in(viewport=SIZES["desktop"])
    page.goto("/conversations?notice=transfer_asked")
    notice = page.locator("main > .notice").bounding_box()
    panes = page.locator(".workspace").bounding_box()
    assert notice is not None
    assert panes is not None
    assert notice["y"] + notice["height"] <= panes["y"]

    page.locator("a.row__link").first.click()
    page.wait_for_selector("#composer")

    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= SIZES["desktop"]["height"]
