"""What a page shows when answers are late, fail, or tell of something that is gone."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect
from tests.browser.looking import unread_in_title
from tests.browser.scenes import of_role
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SignIn = Callable[..., Page]

REGIONS = "**/live/regions*"
ALL_REGIONS = re.compile(r"/live/regions\?(?!.*unread_shown)")  # not only if there is news
COME_BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
MARK_THREAD = "document.getElementById('thread').dataset.isOld = 'yes'"


@pytest.fixture
def colleague(stack: RunningStack) -> Iterator[StaffMember]:
    with closing(StaffMember(stack.gateway_url, of_role(stack, "case_manager"))) as colleague:
        yield colleague


class HeldAnswer:
    """The server's next answer to such a request, as it is now, given to the page later."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(pattern, self._hold, times=1)

    def _hold(self, route: Route) -> None:
        self._held.append((route, route.fetch()))

    def wait(self) -> None:
        while not self._held:
            self._page.wait_for_timeout(20)

    def give(self) -> None:
        [(route, answer)] = self._held
        route.fulfill(response=answer)


def open_conversation(page: Page, conversation_id: str) -> None:
    """Until its stream is open and it has caught up."""
    with page.expect_response(REGIONS):
        page.goto(f"/conversations/{conversation_id}")


def test_regions_that_were_asked_for_before_a_text_came_do_not_take_it_away_again(
    sign_in: SignIn, staff: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = staff.add_client()
    page = sign_in()
    open_conversation(page, client.conversation_id)
    regions = HeldAnswer(page, ALL_REGIONS)
    page.evaluate(COME_BACK)
    regions.wait()

    carrier.text(sender=client.phone, to=department["number"], body="Came meanwhile")
    text = page.locator("#thread li.text", has_text="Came meanwhile")
    expect(text).to_have_count(1)
    page.evaluate(MARK_THREAD)
    regions.give()
    expect(page.locator("#thread")).not_to_have_attribute("data-is-old", "yes")

    expect(text).to_have_count(1)
    row = page.locator(f"#conversation-{client.conversation_id}")
    expect(row).to_contain_text("Came meanwhile")


def test_an_answer_to_sending_does_not_take_back_that_the_text_was_delivered(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client = staff.add_client()
    page = sign_in()
    open_conversation(page, client.conversation_id)
    answer = HeldAnswer(page, "**/messages*")

    page.get_by_label("Text message").fill("Faster than its answer")
    page.get_by_role("button", name="Send", exact=True).click()
    text = page.locator("#thread li.text", has_text="Faster than its answer")
    expect(text.locator(".text__state")).to_have_text("Delivered")
    answer.give()

    expect(page.get_by_label("Text message")).to_have_value("")
    expect(text).to_have_count(1)
    expect(text.locator(".text__state")).to_have_text("Delivered")


def test_regions_that_cannot_be_fetched_now_are_fetched_a_little_later(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client = staff.add_client()
    page = sign_in()
    open_conversation(page, client.conversation_id)
    page.evaluate(MARK_THREAD)
    page.route(ALL_REGIONS, lambda route: route.fulfill(status=503), times=1)

    page.evaluate(COME_BACK)

    expect(page.locator("#thread")).not_to_have_attribute("data-is-old", "yes")


def test_a_client_who_is_given_to_a_colleague_leaves_the_list_and_the_count_of_unread(
    sign_in: SignIn,
    staff: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    kept, given = staff.add_client(), staff.add_client()
    for client in (kept, given):
        carrier.text(sender=client.phone, to=department["number"], body="Unread")
        staff.await_text(client.conversation_id, "Unread")
    page = sign_in()
    with page.expect_response(REGIONS):
        page.goto("/conversations")
    unread = unread_in_title(page)

    staff.transfer(given.conversation_id, colleague)

    expect(page.locator(f"#conversation-{given.conversation_id}")).to_have_count(0)
    expect(page).to_have_title(re.compile(rf"^\({unread - 1}\) "))
    expect(page.locator(f"#conversation-{kept.conversation_id}")).to_have_count(1)
