"""A conversation in a browser: sending, receiving, reading, by keyboard, on a phone, offline."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import unread_in_title
from tests.journeys.people import Carrier, StaffMember

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SignIn = Callable[..., Page]


def test_a_text_is_sent_and_delivered_appears_by_itself(
    sign_in: SignIn, staff: StaffMember, carrier: Carrier
) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")

    page.get_by_label("Text message").fill("Please call me back")
    page.get_by_role("button", name="Send", exact=True).click()

    text = page.locator("#thread li.text", has_text="Please call me back")
    expect(text).to_have_count(1)
    expect(text.locator(".text__state")).to_have_text("Delivered")
    expect(page.get_by_label("Text message")).to_have_value("")
    expect(page.get_by_label("Text message")).to_be_focused()
    assert carrier.bodies(client.phone) == ["Please call me back"]


def test_a_text_comes_in_while_another_conversation_is_open(
    sign_in: SignIn, staff: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    here, there = staff.add_client(), staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{here.conversation_id}")
    expect(page.locator("#thread-region")).to_be_visible()
    before = unread_in_title(page)

    carrier.text(sender=there.phone, to=department["number"], body="On my way")

    row = page.locator(f"#conversation-{there.conversation_id}")
    expect(row).to_contain_text("On my way")
    expect(row.locator(".count")).to_contain_text("1")
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\) "))
    assert "On my way" not in page.locator("#thread").inner_text()


def test_an_open_conversation_shows_what_comes_in_and_marks_it_read(
    sign_in: SignIn, staff: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")
    page.bring_to_front()

    carrier.text(sender=client.phone, to=department["number"], body="Here I am")

    expect(page.locator("#thread li.text", has_text="Here I am")).to_have_count(1)
    expect(page.locator(f"#conversation-{client.conversation_id} .count")).to_have_count(0)
    conversation = staff.get(f"/conversations/{client.conversation_id}")
    assert conversation["unread_count"] == 0


def test_everything_can_be_done_with_the_keyboard(sign_in: SignIn, staff: StaffMember) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")

    page.keyboard.press("Tab")
    expect(page.locator(".usa-skipnav")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "composer-body":
            break
    page.keyboard.type("Typed without a mouse")
    page.keyboard.press("Control+Enter")

    text = page.locator("#thread li.text", has_text="Typed without a mouse")
    expect(text.locator(".text__state")).to_have_text("Delivered")


def test_on_a_phone_list_and_thread_are_one_at_a_time(sign_in: SignIn, staff: StaffMember) -> None:
    client = staff.add_client()
    page = sign_in(viewport={"width": 360, "height": 740})

    page.goto("/conversations")
    expect(page.locator("#list-rows")).to_be_visible()
    page.goto(f"/conversations/{client.conversation_id}")

    expect(page.locator("#list-rows")).to_be_hidden()
    expect(page.get_by_label("Text message")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#list-rows")).to_be_visible()


def test_without_javascript_a_text_is_sent_and_an_answer_read(
    sign_in: SignIn, staff: StaffMember, carrier: Carrier, department: dict[str, str]
) -> None:
    client = staff.add_client()
    carrier.text(sender=client.phone, to=department["number"], body="Any news?")
    staff.await_text(client.conversation_id, "Any news?")
    page = sign_in(java_script_enabled=False)
    page.goto(f"/conversations/{client.conversation_id}")

    expect(page.locator("#thread")).to_contain_text("Any news?")
    page.get_by_role("button", name="Mark read").click()
    expect(page.get_by_role("button", name="Mark read")).to_have_count(0)
    page.get_by_label("Text message").fill("None yet")
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.locator("#thread")).to_contain_text("None yet")
    assert staff.get(f"/conversations/{client.conversation_id}")["unread_count"] == 0


def test_two_tabs_show_the_same(sign_in: SignIn, staff: StaffMember) -> None:
    client = staff.add_client()
    first = sign_in()
    first.goto(f"/conversations/{client.conversation_id}")
    second = first.context.new_page()
    second.goto(f"/conversations/{client.conversation_id}")

    second.get_by_label("Text message").fill("From the second tab")
    second.get_by_role("button", name="Send", exact=True).click()

    for page in (first, second):
        text = page.locator("#thread li.text", has_text="From the second tab")
        expect(text).to_have_count(1)
        expect(text.locator(".text__state")).to_have_text("Delivered")


def test_what_was_typed_is_kept_when_it_is_refused(sign_in: SignIn, staff: StaffMember) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")
    page.get_by_label("Text message").fill("See you later")

    page.get_by_role("button", name="Send later").click()
    expect(page.get_by_label("Text message")).to_have_value("See you later")
    page.get_by_label("Date").evaluate("field => { field.min = ''; field.value = '2020-01-01' }")
    page.get_by_role("button", name="Schedule").click()

    expect(page.locator(".usa-error-message")).not_to_have_count(0)
    expect(page.get_by_label("Text message")).to_have_value("See you later")


def test_send_later_is_listed_changed_and_taken_back(sign_in: SignIn, staff: StaffMember) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")
    page.get_by_label("Text message").fill("Court tomorrow at nine")
    page.get_by_role("button", name="Send later").click()

    expect(page.get_by_label("Time")).to_have_value("09:00")
    page.get_by_role("button", name="Schedule").click()

    expect(page.locator("#scheduled")).to_contain_text("Court tomorrow at nine")
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    page.get_by_label("Text message").fill("Court tomorrow at ten")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#scheduled")).to_contain_text("Court tomorrow at ten")
    page.get_by_role("button", name="Do not send").click()
    expect(page.locator("#scheduled")).not_to_contain_text("Court tomorrow at ten")


def test_the_composer_counts_segments_and_offers_plain_quotes(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")
    field = page.get_by_label("Text message")

    field.fill("a" * 161)
    expect(page.locator("[data-counter]")).to_have_text("161 characters, 2 texts")
    field.fill("It\u2019s " + "b" * 100)
    expect(page.locator("[data-counter]")).to_have_text("105 characters, 2 texts")
    page.get_by_role("button", name="Use plain ones").click()

    expect(page.locator("[data-counter]")).to_have_text("105 characters, 1 text")
    expect(field).to_have_value("It's " + "b" * 100)
