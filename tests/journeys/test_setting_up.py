"""An installation without demo data, from the set-up page to the first text and colleague."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.looking import FLAGS, SIZES, faults
from tests.journeys.newcomers import PASSWORD, Browser, letter
from tests.journeys.people import Carrier, a_phone_number, eventually

from clientcomm_testkit.log_privacy import people_of, traces
from clientcomm_testkit.stacks import RunningStack, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NUMBER = "+13125550142"


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("empty") / "state"
    stack = start_stack(folder, environment={"CLIENTCOMM_DEMO": "0"})
    try:
        yield stack
        named = traces(stack.logs(), people_of(stack))
    finally:
        stack.remove()
    assert named == []


def _code(stack: RunningStack) -> str:
    said = stack.logs()["up"]
    found = re.search(r"/set-up  code (\S+)", said)
    assert found, said
    return found[1]


# First in this file: the page is gone once there is an organisation.
@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_the_set_up_page_is_accessible_fits_and_says_what_is_wrong(
    empty_stack: RunningStack, chromium: Path, size: str
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        page = browser.new_page(viewport=SIZES[size])  # type: ignore[arg-type]
        page.goto(f"{empty_stack.gateway_url}/sign-in")
        assert faults(page) == []
        page.goto(empty_stack.gateway_url)
        assert page.url.endswith("/set-up")
        assert faults(page) == []

        page.get_by_label("Set-up code").fill("not-the-code")
        page.get_by_label("Organisation").fill("Elm County")
        page.locator("form").evaluate("form => { form.noValidate = true }")
        page.get_by_role("button", name="Set up").click()

        expect(page.locator(".usa-error-message, .notice--error")).not_to_have_count(0)
        expect(page.get_by_label("Organisation")).to_have_value("Elm County")
        assert faults(page) == []
        browser.close()


def test_an_organisation_begins_with_a_code_a_text_and_an_invitation(
    empty_stack: RunningStack,
) -> None:
    phone = a_phone_number()
    with (
        closing(Browser(empty_stack.gateway_url)) as ann,
        closing(Browser(empty_stack.gateway_url)) as ben,
        closing(Carrier(empty_stack.simulator_url)) as carrier,
    ):
        done = ann.fill_in(
            "/set-up",
            {
                "code": _code(empty_stack),
                "organisation_name": "Elm County",
                "department_name": "Pretrial",
                "number": NUMBER,
                "time_zone": "America/Chicago",
                "full_name": "Ann Lee",
                "email": "ann@elm.example",
                "new_password": PASSWORD,
                "new_password_again": PASSWORD,
                "has_clients": "1",
            },
        )
        assert done.headers["location"] == "/set-up/test-text", done.text
        assert ann.http.get("/set-up").status_code == 404

        sent = ann.fill_in("/set-up/test-text", {"phone": phone})
        assert sent.status_code == 303, sent.text
        thread = sent.headers["location"]
        eventually(lambda: "Delivered" in ann.http.get(thread).text)
        carrier.text(sender=phone, to=NUMBER, body="It works")
        eventually(lambda: "It works" in ann.http.get(thread).text)

        # The roles come by event, a moment after the first sign-in.
        eventually(lambda: ann.http.get("/staff/new").status_code == 200)
        role = re.search(r'value="(case_manager:[0-9a-f-]+)"', ann.http.get("/staff/new").text)
        assert role
        invited = ann.fill_in(
            "/staff/new",
            {
                "full_name": "Ben Okafor",
                "email": "ben@elm.example",
                "language": "en",
                "role": role[1],
            },
        )
        assert invited.headers["location"] == "/staff?notice=staff_invited", invited.text
        invitation = letter(empty_stack, "ben@elm.example")
        assert "Ann Lee invites you" in invitation
        link = re.search(r"(/invitation/\S+)", invitation)
        assert link
        welcome = ben.fill_in(
            link[1], {"new_password": PASSWORD + "s", "new_password_again": PASSWORD + "s"}
        )
        assert welcome.status_code == 303, welcome.text
        assert ben.http.get("/conversations").status_code == 200
        assert ben.http.get(link[1]).status_code == 404
